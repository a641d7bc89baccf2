// Tests of bleu.c: by definition, and beside SacreBLEU's counts and scores (tests/golden/18-bleu.py).
#include "18-reward/definitions.h"
#include "golden/18-bleu.h"

struct counts {
    long matches[4], total[4];
};

enum habit { RIGHT, NOT_CLIPPED, SAME_PLACE, TWICE, FIRST_WORD, TOTAL_OF_REFERENCE, TOTAL_N, DIFFERENT_ONES, HABITS };

static bool equal(const int *a, const int *b, int k) {
    for (int i = 0; i < k; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static int times_in(const int *gram, const int *text, int n, int k) {
    int count = 0;
    for (int i = 0; i + k <= n; i++) count += equal(gram, text + i, k);
    return count;
}

// As if a stretch of k words were its first word alone: does the one at i find one that is still free?
static bool first_words(const int *x, int n, const int *y, int m, int i, int k) {
    int before = 0;
    for (int j = 0; j < i && j + k <= n; j++) before += x[j] == x[i];
    return before < times_in(x + i, y, m - k + 1, 1);
}

// By Papineni's definition: for every different k-gram of the candidate min(times in it, times in the reference).
static struct counts define(const int *x, int n, const int *y, int m, enum habit habit) {
    struct counts c = {0};
    for (int k = 1; k <= 4; k++) {
        for (int i = 0; i + k <= n; i++) {
            const int *gram = x + i;
            const bool first = times_in(gram, x, i + k - 1, k) == 0;  // no earlier one is equal
            const int here = times_in(gram, x, n, k), there = times_in(gram, y, m, k);
            long add = first ? (here < there ? here : there) : 0;
            if (habit == NOT_CLIPPED) add = there > 0;
            if (habit == TWICE) add = there;
            if (habit == SAME_PLACE) add = i + k <= m && equal(gram, y + i, k);
            if (habit == DIFFERENT_ONES) add = first && there > 0;
            if (habit == FIRST_WORD) add = first_words(x, n, y, m, i, k);
            c.matches[k - 1] += add;
        }
        const int words = habit == TOTAL_OF_REFERENCE ? m : n;
        c.total[k - 1] = habit == TOTAL_N ? n : words >= k ? words - k + 1 : 0;
    }
    return c;
}

// As if a stretch of the reference that serves took all its words with it.
static struct counts words_used_up(const int *x, int n, const int *y, int m) {
    struct counts c = {0};
    for (int k = 1; k <= 4; k++) {
        bool used[64] = {false};
        for (int i = 0; i + k <= n; i++) {
            int j = 0;
            while (j + k <= m && (used[j] || !equal(x + i, y + j, k))) j++;
            if (j + k > m) continue;
            for (int l = 0; l < k; l++) used[j + l] = true;
            c.matches[k - 1]++;
        }
    }
    return c;
}

static double *with(const long before[4], const long more[4]) {
    double *x = grade_doubles(4);
    for (int k = 0; k < 4; k++) x[k] = (double)(before[k] + more[k]);
    return x;
}

static void compare(const char *what, const char *which, const long got[4], const double *want) {
    char name[120];
    float *x = grade_output(4);
    for (int k = 0; k < 4; k++) x[k] = (float)got[k];
    snprintf(name, sizeof name, "%s %s (n=0: single words)", which, what);
    grade_array(name, x, want, AXES("n", 4), 1e-9);
}

static void check(const char *what, const int *candidate, int n, const int *reference, int m) {
    static const char *const mistake[HABITS] = {
        [NOT_CLIPPED] = "not clipped: a word of the reference serves every equal one of the candidate",
        [SAME_PLACE] = "only stretches at the same place of both texts are found",
        [TWICE] = "every equal pair of places counts: a stretch of the candidate matches at most once",
        [FIRST_WORD] = "only the first word of a stretch is compared: memcmp counts bytes",
        [DIFFERENT_ONES] = "different stretches are counted once each: one may match as often as it is in both",
    };
    struct counts before = {{0}, {0}};
    for (int k = 0; k < 4; k++) before.matches[k] = grade_int(1, 9), before.total[k] = grade_int(10, 20);
    struct counts got = before, right = define(candidate, n, reference, m, RIGHT);
    bleu_count(got.matches, got.total, candidate, n, reference, m);
    suspect("what was counted before is lost: += is asked for", with((long[4]){0}, right.total));
    suspect("as many as the reference has: of the candidate is asked",
            with(before.total, define(candidate, n, reference, m, TOTAL_OF_REFERENCE).total));
    suspect("n for every length: n words have n - k + 1 stretches of k",
            with(before.total, define(candidate, n, reference, m, TOTAL_N).total));
    double *one_less = with(before.total, right.total), *negative = with(before.total, right.total);
    double *whole = with(before.total, right.total);
    for (int k = 1; k <= 4; k++) whole[k - 1] -= n == k;
    if (n >= 1 && n <= 4) suspect("a candidate of exactly k words has one stretch of k", whole);
    for (int k = 1; k <= 4; k++) one_less[k - 1]--, negative[k - 1] += n < k ? n - k + 1 : 0;
    suspect("one too few: the last stretch is left out", one_less);
    if (n < 3) suspect("a candidate of fewer than k words has a negative number of stretches", negative);
    compare(what, "total", got.total, with(before.total, right.total));
    suspect("what was counted before is lost: += is asked for", with((long[4]){0}, right.matches));
    for (int h = NOT_CLIPPED; h < HABITS; h++)
        if (mistake[h])
            suspect(mistake[h], with(before.matches, define(candidate, n, reference, m, (enum habit)h).matches));
    if (m > 0 && n > 0) {
        const struct counts of_less = define(candidate, n - 1, reference, m, RIGHT),
                            in_less = define(candidate, n, reference, m - 1, RIGHT);
        const bool same = memcmp(of_less.matches, in_less.matches, sizeof of_less.matches) == 0;
        suspect(same ? "the last stretch of the candidate or of the reference is left out"
                     : "the last stretch of the reference is never looked at",
                with(before.matches, in_less.matches));
        suspect("the last stretch of the candidate is never looked for", with(before.matches, of_less.matches));
    }
    suspect(
        "a stretch that has served takes all its words with it: only that stretch is used up, not those that overlap "
        "it",
        with(before.matches, words_used_up(candidate, n, reference, m).matches));
    compare(what, "matches", got.matches, with(before.matches, right.matches));
}

// Corpus by corpus: the counts of all its texts, added up, and BLEU from them.
static void check_golden(bool scores) {
    const int *id = golden_ids;
    for (int g = 0, text = 0; g < COUNT(golden_bleu); g++) {
        const struct golden_bleu *it = &golden_bleu[g];
        long matches[4] = {0}, total[4] = {0};
        double want[4], all[4];
        for (int k = 0; k < 4; k++) want[k] = (double)it->count[k], all[k] = (double)it->count[4 + k];
        for (int i = 0; i < it->texts; i++, text++) {
            const int n = golden_lengths[text][0], m = golden_lengths[text][1];
            if (!scores) bleu_count(matches, total, id, n, id + n, m);
            id += n + m;
        }
        if (scores) {
            grade_scalar("BLEU of a corpus, as SacreBLEU has it",
                         bleu(it->count, it->count + 4, it->count[8], it->count[9]), it->bleu, 1e-9);
            continue;
        }
        compare("of a corpus, as SacreBLEU has it", "matches", matches, want);
        compare("of a corpus, as SacreBLEU has it", "total", total, all);
    }
}

EXERCISE(bleu_count, .number = "18.6", .points = 8) {
    // The text's examples. 1 tom 2 lives 3 in 4 the 5 camp 6 barn 7 . : "tom lives in the barn ." for "... camp .".
    check("of barn for camp", (int[]){1, 2, 3, 4, 6, 7}, 6, (int[]){1, 2, 3, 4, 5, 7}, 6);
    long matches[4] = {0}, total[4] = {0};
    bleu_count(matches, total, (int[]){1, 2, 3, 4, 6, 7}, 6, (int[]){1, 2, 3, 4, 5, 7}, 6);
    compare("of barn for camp", "matches", matches, (double[]){5, 3, 2, 1});
    compare("of barn for camp", "total", total, (double[]){6, 5, 4, 3});
    // Papineni's: "the the the the the the the" for "the cat is on the mat": 2 of 7.
    check("of seven times the same word", (int[]){4, 4, 4, 4, 4, 4, 4}, 7, (int[]){4, 8, 9, 10, 4, 11}, 6);
    check("of a short candidate", (int[]){5, 7}, 2, (int[]){1, 2, 5, 7, 3}, 5);
    check("of a candidate without words", (int[]){0}, 0, (int[]){1, 2, 5, 7, 3}, 5);
    check("of a candidate that ends as the reference does", (int[]){1, 2, 3, 4, 5}, 5, (int[]){6, 2, 3, 4, 5}, 5);
    check("of a reference without words", (int[]){5, 7, 5}, 3, (int[]){0}, 0);
    check("of a short reference", (int[]){5, 7, 5, 7, 5, 7}, 6, (int[]){5, 7, 5}, 3);
    int x[40], y[40];
    const int n = grade_int(20, 40), m = grade_int(15, 30);
    for (int i = 0; i < 40; i++) x[i] = grade_int(1, 4), y[i] = grade_int(1, 4);
    check("of random texts of four words", x, n, y, m);
    check_golden(false);
}

static double *shares(const struct counts *c) {
    double *p = grade_doubles(4);
    for (int k = 0; k < 4; k++) p[k] = (double)c->matches[k] / (double)c->total[k];
    return p;
}

static void check_bleu(const char *what, const struct counts *c, long candidate, long reference) {
    const double *p = shares(c), product = p[0] * p[1] * p[2] * p[3], mean = pow(product, 0.25);
    const double ratio = (double)reference / (double)candidate;
    const double penalty = candidate < reference ? exp(1 - ratio) : 1, right = penalty * mean;
    suspect_scalar("the mean of the p_k: their product's fourth root is asked for",
                   penalty * (p[0] + p[1] + p[2] + p[3]) / 4);
    suspect_scalar("the product, without the fourth root", penalty * product);
    suspect_scalar("the square root, not the fourth root", penalty * sqrt(product));
    suspect_scalar("only single words count", penalty * p[0]);
    suspect_scalar("one p for all lengths together",
                   penalty * (double)(c->matches[0] + c->matches[1] + c->matches[2] + c->matches[3]) /
                       (double)(c->total[0] + c->total[1] + c->total[2] + c->total[3]));
    suspect_scalar("only four-word stretches count", penalty * pow(p[3], 0.25));
    if (candidate < reference) {
        suspect_scalar(
            "there is no penalty for a candidate that is too short, or reference/candidate is a division of whole "
            "numbers",
            mean);
        suspect_scalar("the penalty is candidate/reference: e^(1 - reference/candidate) is asked for", mean / ratio);
        suspect_scalar("the penalty is e^(1 - candidate/reference), which is above 1", mean * exp(1 - 1 / ratio));
        suspect_scalar("the penalty is e^(candidate/reference - 1): reference/candidate is asked for",
                       mean * exp(1 / ratio - 1));
        suspect_scalar("the penalty is inside the fourth root", mean * pow(penalty, 0.25));
        suspect_scalar("reference/candidate is a division of whole numbers",
                       mean * exp(1 - (double)(reference / candidate)));
    } else {
        suspect_scalar("longer candidates get a reward: the penalty is for shorter ones only", mean * exp(1 - ratio));
        suspect_scalar("longer candidates are punished: the penalty is for shorter ones only", mean * ratio);
        suspect_scalar("longer candidates are punished: the penalty is for shorter ones only",
                       mean * exp(1 - 1 / ratio));
    }
    const double got = bleu(c->matches, c->total, candidate, reference);
    grade_true(got != 0 || right == 0,
               "%s: got 0, expected %g\nlooks like: a division of whole numbers: matches/total is 0 below 1", what,
               right);
    grade_scalar(what, got, right, 1e-9);
}

EXERCISE(bleu, .number = "18.6", .points = 8) {
    // The text's example: (5/6 * 3/5 * 2/4 * 1/3)^(1/4) = (1/12)^(1/4) = 0.537.
    struct counts c = {{5, 3, 2, 1}, {6, 5, 4, 3}};
    check_bleu("BLEU of barn for camp", &c, 6, 6);
    // Four words of the right six: all stretches match, and the penalty is e^(1 - 6/4) = 0.607.
    c = (struct counts){{4, 3, 2, 1}, {4, 3, 2, 1}};
    check_bleu("BLEU of the first four words of six", &c, 4, 6);
    c = (struct counts){{6, 5, 4, 3}, {10, 9, 8, 7}};
    check_bleu("BLEU of a candidate that is too long", &c, 10, 6);
    for (int k = 0; k < 4; k++) c.matches[k] = grade_int(20, 200), c.total[k] = c.matches[k] + grade_int(1, 100);
    check_bleu("BLEU of random counts, too short", &c, 301, 467);
    check_bleu("BLEU of random counts, too long", &c, 467, 301);
    check_golden(true);
    for (int k = 0; k < 4; k++) {
        c = (struct counts){{5, 3, 2, 1}, {6, 5, 4, 3}};
        c.matches[k] = 0;
        grade_scalar("BLEU where a p is 0", bleu(c.matches, c.total, 6, 6), 0, 1e-12);
        c.total[k] = 0;
        grade_scalar("BLEU where nothing was counted", bleu(c.matches, c.total, 6, 6), 0, 1e-12);
    }
}
