package blockingpoetry.bench;

/** Runs {@link Main} on a JVM that is new enough, as {@link blockingpoetry.operation.Launcher} does; plain Java 8, like it. */
public final class Launcher {
    private Launcher() {}

    public static void main(String[] args) throws Exception {
        if (blockingpoetry.operation.Launcher.isJavaNewEnough()) {
            Main.main(args);
        } else {
            blockingpoetry.operation.Launcher.runOnNewerJava(args);
        }
    }
}
