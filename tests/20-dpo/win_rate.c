// Tests of win_rate.c.
#include "19-ppo/definitions.h"
#include "20-dpo/dpo.h"

static void check(const char *what, const double *a, const double *b, int n, double right) {
    int wins = 0, ties = 0;
    double gain = 0;
    for (int i = 0; i < n; i++) wins += a[i] > b[i], ties += a[i] == b[i], gain += (a[i] - b[i]) / n;
    const double got = win_rate(a, b, n);
    suspect_scalar("a tie counts as a win of a: it counts one half", (double)(wins + ties) / n);
    suspect_scalar("a tie counts as a loss of a: it counts one half", (double)wins / n);
    suspect_scalar("ties are left out: they count one half, and in n", (double)wins / (n > ties ? n - ties : 1));
    suspect_scalar("the share that b wins", 1 - (wins + ties / 2.0) / n);
    suspect_scalar("how many, not which share", wins + ties / 2.0);
    suspect_scalar("1/2 of whole numbers is 0, and a share of whole numbers too: divide doubles", wins / n);
    suspect_scalar("the mean difference of the scores: who wins is asked for, not by how much", gain);
    suspect_scalar("wins less losses", (wins - (n - wins - ties)) / (double)n);
    grade_scalar(what, got, right, 1e-9);
}

EXERCISE(win_rate, .number = "20.7", .points = 5) {
    // The text's example: won, lost, a tie, won: 2.5 of 4.
    check("share of the text's example", (double[]){3, 1, 2, 2}, (double[]){1, 4, 2, 0}, 4, 0.625);
    enum { N = 60 };
    for (int round = 0; round < 3; round++) {
        const int n = grade_int(20, N);
        double a[N], b[N], sum = 0;
        for (int i = 0; i < n; i++) {
            a[i] = grade_int(0, 4) - 1.5, b[i] = grade_int(0, 4) - 1.5;
            if (i == 0) a[i] = b[i];
            sum += (a[i] > b[i]) - (a[i] < b[i]);
        }
        check("share of random scores", a, b, n, 0.5 + sum / (2 * n));
    }
    check("share where all are ties", (double[]){1, -2, 0}, (double[]){1, -2, 0}, 3, 0.5);
    check("share where all are won", (double[]){1, -2, 0}, (double[]){0, -3, -1e-9}, 3, 1);
}

static void check_error(const char *what, double p, int n, double right) {
    const double got = win_rate_error(p, n);
    grade_true(!isnan(got), "%s: got NaN, expected %.4f", what, right);
    suspect_scalar("the standard error: half the width of the interval is 1.96 of them", sqrt(p * (1 - p) / n));
    suspect_scalar("the variance: its root is asked for", 1.96 * p * (1 - p) / n);
    suspect_scalar("n is outside of the root: the error falls with the root of n", 1.96 * sqrt(p * (1 - p)) / n);
    suspect_scalar("the deviation of one question: that of a mean of n falls with the root of n",
                   1.96 * sqrt(p * (1 - p)));
    suspect_scalar("the whole width: half of it is asked for", 2 * 1.96 * sqrt(p * (1 - p) / n));
    suspect_scalar("p alone: the variance of a yes or no is p (1 - p)", 1.96 * sqrt(p / n));
    suspect_scalar("the variance of a yes or no is p (1 - p)", 1.96 * sqrt(1.0 / n));
    suspect_scalar("divided by n - 1: by n here", 1.96 * sqrt(p * (1 - p) / (n - 1)));
    suspect_scalar("1.96 is inside of the root", sqrt(1.96 * p * (1 - p) / n));
    grade_scalar(what, got, right, 1e-6);
}

EXERCISE(win_rate_error, .number = "20.7", .points = 3) {
    // The text's example: 0.5 of 100 is 0.402 to 0.598; for half that width 400 questions are needed.
    check_error("error of 0.5 of 100", 0.5, 100, 0.098);
    check_error("error of 0.5 of 400", 0.5, 400, 0.049);
    for (int i = 0; i < 3; i++) {
        const double p = 0.05 + 0.9 * (double)rng_uniform(grade_rng());
        const int n = grade_int(20, 500);
        check_error("error of a random share", p, n, 1.96 * sqrt(p * (1 - p) / n));
    }
    check_error("error of 1 of 50", 1, 50, 0);
}
