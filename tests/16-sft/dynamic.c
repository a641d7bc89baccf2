// Tests of dynamic.c.
#include "16-sft/small.h"

enum { MOST = 6 };
enum mistake {
    AS_DEFINED,
    NOT_TIMES_K,
    UPSIDE_DOWN,
    TIMES,
    NO_TEMPERATURE,
    DIFFERENCE,
    NO_SOFTMAX,
    NOW_ALONE,
    MISTAKES
};
static const char *const mistake_name[] = {
    "",
    "they add up to 1, not to K",
    "before / now: the task that learns fastest gets the largest weight",
    "multiplied by the temperature; divided is asked for",
    "the temperature is not used",
    "a difference of losses; their ratio is asked for: losses of different sizes are not to be compared",
    "in proportion to the rates, without e to their power",
    "the losses as they are now, not now / before"};

// By definition; out (K).
static void plain_weights(double *out, const float *now, const float *before, double temperature, int K,
                          enum mistake mistake) {
    double power[MOST], sum = 0, largest = -INFINITY;
    for (int k = 0; k < K; k++) {
        double rate = (double)now[k] / (double)before[k];
        if (mistake == UPSIDE_DOWN) rate = 1 / rate;
        if (mistake == DIFFERENCE) rate = (double)now[k] - (double)before[k];
        if (mistake == NOW_ALONE) rate = (double)now[k];
        power[k] = mistake == TIMES ? rate * temperature : mistake == NO_TEMPERATURE ? rate : rate / temperature;
        largest = fmax(largest, power[k]);
    }
    for (int k = 0; k < K; k++) sum += power[k] = mistake == NO_SOFTMAX ? power[k] : exp(power[k] - largest);
    for (int k = 0; k < K; k++) out[k] = power[k] / sum * (mistake == NOT_TIMES_K ? 1 : K);
}

static void check(const char *what, const float *now, const float *before, float temperature, int K, bool suspicions) {
    float *got = grade_output(K);
    double *want[MISTAKES];
    dynamic_weights(got, grade_copy(now, K), grade_copy(before, K), temperature, K);
    for (int j = MISTAKES - 1; j >= 0; j--) {
        want[j] = grade_doubles(K);
        plain_weights(want[j], now, before, (double)temperature, K, (enum mistake)j);
        if (j > 0 && suspicions) suspect(mistake_name[j], want[j]);
    }
    grade_array(what, got, want[0], AXES("k", K), 1e-5);
}

// Rates that are no rates any more, at temperature 2: e to their power is no float, and one of them is far from the others.
static void check_large(const char *what, const float *now, const double *want) {
    float *got = grade_output(3);
    dynamic_weights(got, grade_copy(now, 3), grade_copy((float[]){1, 1, 1}, 3), 2, 3);
    for (int k = 0; k < 3; k++)
        grade_true(
            isfinite(got[k]),
            "%s: got a weight that is %g\nlooks like: e to a power that is no float: subtract the largest of the K "
            "rates first, then divide by the temperature",
            what, (double)got[k]);
    grade_array(what, got, want, AXES("k", 3), 1e-5);
}

EXERCISE(dynamic_weights, .number = "16.10", .points = 6) {
    // The text's example: one loss fell from 2 to 1, the other from 1 to 0.9. Rates 0.5 and 0.9, at temperature 2
    // e^0.25 = 1.284 and e^0.45 = 1.568: weights 2 * 1.284 / 2.852 = 0.9003 and 1.0997.
    const float now[2] = {1, 0.9f}, before[2] = {2, 1};
    float *example = grade_output(2);
    dynamic_weights(example, now, before, 2, 2);
    double wrong[MISTAKES][2];
    for (int j = 1; j < MISTAKES; j++) {
        plain_weights(wrong[j], now, before, 2, 2, (enum mistake)j);
        suspect(mistake_name[j], wrong[j]);
    }
    grade_array("the text's example: losses from 2 to 1 and from 1 to 0.9", example, (double[]){0.90033, 1.09967},
                AXES("k", 2), 1e-5);
    for (int round = 0; round < 5; round++) {
        float x[MOST], y[MOST];
        for (int k = 0; k < MOST; k++) {
            x[k] = 0.1f + 3 * rng_uniform(grade_rng());
            y[k] = 0.3f + 3 * rng_uniform(grade_rng());
        }
        check("weights", x, y, 0.5f + 1.2f * rng_uniform(grade_rng()), grade_int(2, MOST), true);
    }
    check("a single task", (float[]){3}, (float[]){2}, 2, 1, false);
    const double less = 3 / (1 + exp(0.5)), more = 3 / (1 + exp(-0.5));
    check_large("the rates 290000, 300001 and 300000", (float[]){2.9e5f, 3.00001e5f, 3e5f}, (double[]){0, more, less});
    check_large("the rates -300001, -310000 and -300000", (float[]){-3.00001e5f, -3.1e5f, -3e5f},
                (double[]){less, 0, more});
}
