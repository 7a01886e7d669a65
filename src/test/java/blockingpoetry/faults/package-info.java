/**
 * What is done to a server on the open internet, done to the real jar in each of its designs: one class for each kind of
 * trouble. Each case tells {@link blockingpoetry.faults.Fault} how many clients tried and how many survived, and from that
 * comes a table, {@code target/faults.md}.
 *
 * <p>{@code mvn verify -Pfaults} runs them.
 */
package blockingpoetry.faults;
