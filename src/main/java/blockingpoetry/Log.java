package blockingpoetry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a server logs. It is set up with its first line, and that comes when poems are served already: what the format of
 * its time needs takes a tenth of a second to load, for which no client has to wait.
 */
public final class Log {
    public static final Logger LOG = LoggerFactory.getLogger("blockingpoetry");

    private Log() {}
}
