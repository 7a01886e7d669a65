package blockingpoetry.cli;

import java.util.Comparator;
import java.util.stream.Stream;

/** Guesses which word was meant by a mistyped one. */
final class Nearest {
    private Nearest() {}

    /** The end of a sentence about a word that is none of some: {@code "; did you mean --port?"}, or empty if none is near. */
    static String hint(String word, Stream<String> words) {
        int most = Math.max(1, word.length() / 4);
        return words.filter(other -> distance(word, other) <= most)
                .min(Comparator.comparingInt(other -> distance(word, other)))
                .map(other -> "; did you mean " + other + "?")
                .orElse("");
    }

    /**
     * How many letters have to be added, removed, replaced, or swapped with the next one, no letter twice: the optimal string
     * alignment distance.
     */
    static int distance(String a, String b) {
        int[][] distances = new int[a.length() + 1][b.length() + 1]; // of the first i letters to the first j
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : cheapest(distances, a, i, b, j);
            }
        }
        return distances[a.length()][b.length()];
    }

    private static int cheapest(int[][] distances, String a, int i, String b, int j) {
        int replaced = distances[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int cheapest = Math.min(replaced, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cheapest, distances[i - 2][j - 2] + 1) : cheapest;
    }
}
