package blockingpoetry.bench;

/** Runs {@link Main} on a JVM that is new enough, as {@link blockingpoetry.cli.Launcher} does; plain Java 8, like it. */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] args) throws Exception {
        if (blockingpoetry.cli.Launcher.isJavaNewEnough()) {
            Main.main(args);
        } else {
            blockingpoetry.cli.Launcher.runOnNewerJava("blockingpoetry.bench.Main", args);
        }
    }
}
