/**
 * What the results say: the report as HTML and Markdown with its plots, the verdicts in words, the comparison of two runs, and
 * the limits that the flagship should reach.
 */
@NullMarked
package blockingpoetry.bench.report;

import org.jspecify.annotations.NullMarked;
