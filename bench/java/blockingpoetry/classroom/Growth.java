package blockingpoetry.classroom;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has been added to a JSON value since it was last sent, as JSON. Where the value had a map or a list, a map of the growth holds what
 * has changed in it, by key or by index; everything else of the growth takes the place of what was there.
 */
final class Growth {
    private Growth() {}

    /** From one value to a later one; empty if they are equal. What is no longer there becomes null. */
    static Map<String, @Nullable Object> between(Map<?, ?> before, Map<?, ?> after) {
        Map<String, @Nullable Object> growth = new LinkedHashMap<>();
        after.forEach((key, value) -> put(growth, String.valueOf(key), before.get(key), value));
        for (Object key : before.keySet()) {
            if (!after.containsKey(key)) {
                growth.put(String.valueOf(key), null);
            }
        }
        return growth;
    }

    private static Map<String, @Nullable Object> between(List<?> before, List<?> after) {
        Map<String, @Nullable Object> growth = new LinkedHashMap<>();
        for (int i = 0; i < after.size(); i++) {
            put(growth, String.valueOf(i), i < before.size() ? before.get(i) : null, after.get(i));
        }
        return growth;
    }

    private static void put(Map<String, @Nullable Object> growth, String key, @Nullable Object before, Object after) {
        if (after.equals(before)) {
            return;
        }
        if (before instanceof Map<?, ?> from && after instanceof Map<?, ?> to) {
            growth.put(key, between(from, to));
        } else if (before instanceof List<?> from && after instanceof List<?> to && from.size() <= to.size()) {
            growth.put(key, between(from, to));
        } else {
            growth.put(key, after);
        }
    }
}
