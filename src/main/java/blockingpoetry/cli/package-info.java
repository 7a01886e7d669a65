/**
 * The command line: arguments in, exit code out. {@link blockingpoetry.cli.Main} runs a command: serve, get or
 * generate-completion. {@link blockingpoetry.cli.Arguments} and {@link blockingpoetry.cli.OptionValues} parse what is typed;
 * a {@link blockingpoetry.cli.UsageError} says what is wrong with it.
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry.cli;
