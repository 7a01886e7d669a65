package blockingpoetry.bench;

import static blockingpoetry.cli.Arguments.option;

import blockingpoetry.bench.report.Across;
import blockingpoetry.bench.report.Comparison;
import blockingpoetry.bench.report.Limits;
import blockingpoetry.bench.report.Report;
import blockingpoetry.bench.results.Results;
import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import blockingpoetry.cli.Help.Item;
import blockingpoetry.cli.UsageError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The commands that read results: {@code report}, {@code compare} and {@code limits}. */
final class ResultsCommands {
    private ResultsCommands() {}

    static Command report() {
        return new Subcommand("report", new Options().addOption(LabCommand.BASE).addOption(Arguments.HELP),
                new Help("blockingpoetry-bench report [--base NAME] DIR",
                        "Writes the report of a folder of results again.", new Item("DIR", "a folder of results")),
                arguments -> {
                    Report.write(read(arguments.exactly("DIR").getFirst()), LabCommand.base(arguments));
                    return Main.OK;
                });
    }

    static Command compare(PrintStream out) {
        return new Subcommand("compare", new Options().addOption(Arguments.HELP),
                new Help("blockingpoetry-bench compare A B", "Sets two folders of results side by side.",
                        new Item("A", "a folder of results"), new Item("B", "another one")),
                arguments -> {
                    List<String> folders = arguments.exactly("A", "B");
                    Results a = read(folders.get(0));
                    Results b = read(folders.get(1));
                    out.printf("A: %s%nB: %s%n%n", a.machine(), b.machine());
                    out.print(new Comparison(a, b).table().markdown());
                    return Main.OK;
                });
    }

    static Command limits(PrintStream out) {
        return new Subcommand("limits", new Options().addOption(Arguments.HELP),
                new Help("blockingpoetry-bench limits DIR", "Sets the flagship's results against what it should reach.",
                        new Item("DIR", "a folder of results")),
                arguments -> {
                    out.print(Limits.of(read(arguments.exactly("DIR").getFirst())).markdown());
                    return Main.OK;
                });
    }

    static Command across(PrintStream out) {
        Option where = option("out", "DIR", "where to write (default: the folder that holds the first DIR)");
        return new Subcommand("across", new Options().addOption(where).addOption(Arguments.HELP),
                new Help("blockingpoetry-bench across [--out DIR] DIR...", "Says what holds on all machines.",
                        new Item("DIR", "folders of results, of any machines")),
                arguments -> {
                    List<Results> runs = new ArrayList<>();
                    for (String folder : arguments.operands()) {
                        runs.add(read(folder));
                    }
                    if (runs.isEmpty()) {
                        throw new UsageError("Missing required parameter: 'DIR'");
                    }
                    Path folder = arguments.path("out").orElse(runs.getFirst().folder().toAbsolutePath().getParent());
                    Across.write(runs, folder);
                    out.println("Written: " + folder.resolve("across.md") + ", " + folder.resolve("index.html"));
                    return Main.OK;
                });
    }

    private static Results read(String folder) throws IOException {
        return Results.read(Path.of(folder));
    }
}
