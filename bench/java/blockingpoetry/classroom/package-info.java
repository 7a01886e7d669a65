/**
 * The classroom: a page that shows, on running servers, whose thread waits where. {@code Classroom} is the command. For each lesson a
 * {@code LessonRun} starts one {@code ServerProcess} for each design, lets {@code Visitor}s in at the same moments, and gathers a trace; {@code
 * Page} puts traces and sources into one file. The form of a trace is in {@code trace.md}, beside the page.
 */
@NullMarked
package blockingpoetry.classroom;

import org.jspecify.annotations.NullMarked;
