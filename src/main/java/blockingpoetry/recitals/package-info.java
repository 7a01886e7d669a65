/**
 * What all designs share: {@link blockingpoetry.recitals.Connections} and its parts. It is permits and limits, the watch over stalls and
 * drains, the books, log lines and flight events. It never waits for a client: that is what the designs differ in.
 */
@org.jspecify.annotations.NullMarked
package blockingpoetry.recitals;
