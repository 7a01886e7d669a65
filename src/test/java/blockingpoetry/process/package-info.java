/**
 * Tools for tests that run the jars: the command of a jar, its process and the result of that; poems, free ports, network
 * namespaces, and a server that misbehaves.
 */
package blockingpoetry.process;
