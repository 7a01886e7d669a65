package blockingpoetry.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal of this process, as Linux reports it in {@code /proc/self/stat}; elsewhere there seems to be none. */
final class Terminal {
    private static final int GROUP = 2; // places among the fields that follow the command in parentheses, see proc(5)
    private static final int TERMINAL = 4;
    private static final int FOREGROUND_GROUP = 5;

    private Terminal() {}

    /** Whether this process is one of those that the terminal interrupts with Ctrl-C. */
    static boolean isInForeground() {
        String[] stat = stat();
        return stat.length > 0 && stat[GROUP].equals(stat[FOREGROUND_GROUP]);
    }

    /** Whether there is a terminal; it is none once it is closed. */
    static boolean isThere() {
        String[] stat = stat();
        return stat.length == 0 || !stat[TERMINAL].equals("0");
    }

    /** Empty if it cannot be read: not Linux, or no descriptor is left. */
    private static String[] stat() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
