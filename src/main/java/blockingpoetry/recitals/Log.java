package blockingpoetry.recitals;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's logger. */
public final class Log {
    public static final Logger LOG = LoggerFactory.getLogger("blockingpoetry");

    private Log() {}

    /** Blocks until it can be used. It opens files, so it must be loaded while there are descriptors: a class that could not be loaded once never is. */
    public static void load() {
        LOG.isInfoEnabled();
    }
}
