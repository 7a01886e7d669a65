package blockingpoetry.bench;

import static blockingpoetry.cli.Arguments.flag;

import blockingpoetry.bench.results.Environment;
import blockingpoetry.bench.servers.Contender;
import blockingpoetry.cli.Arguments;
import blockingpoetry.cli.Command;
import blockingpoetry.cli.Help;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.cli.Options;

/** {@code contenders}: lists them with the packages that they need, and installs these. */
final class ContendersCommand {
    private ContendersCommand() {}

    static Command create(PrintStream out) {
        Options options = new Options().addOption(flag("install", "installs the missing Debian packages (as root)"))
                .addOption(LabCommand.CONTENDERS_DIR)
                .addOption(LabCommand.HOME)
                .addOption(Arguments.HELP);
        return new Subcommand("contenders", options, new Help("blockingpoetry-bench contenders [--install]",
                "Lists the contenders, and installs what they need."), arguments -> run(arguments, out));
    }

    private static int run(Arguments arguments, PrintStream out) throws IOException, InterruptedException {
        arguments.exactly();
        Set<String> missing = new TreeSet<>();
        for (Contender contender : LabCommand.contenders(arguments)) {
            List<String> needs = contender.needs();
            List<String> lacking = needs.stream().filter(name -> !isInstalled(name)).toList();
            missing.addAll(lacking);
            out.printf("%-20s%s%n", contender.name(), lacking.isEmpty()
                    ? needs.isEmpty() ? "ready" : "ready: " + String.join(" ", needs)
                    : "not installed (apt-get install " + String.join(" ", lacking) + ")");
        }
        if (!arguments.has("install") || missing.isEmpty()) {
            return Main.OK;
        }
        execute(List.of("apt-get", "update", "-q"));
        List<String> install = new ArrayList<>(List.of("apt-get", "install", "-q", "-y", "--no-install-recommends"));
        install.addAll(missing);
        return execute(install);
    }

    private static boolean isInstalled(String name) {
        return Environment.output("dpkg-query", "-W", "-f=${Status}", name).endsWith(" installed");
    }

    private static int execute(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        return builder.start().waitFor();
    }
}
