// Tests of sequence_logs.c.
#include "20-dpo/pairs.h"

struct texts {
    float *log_prob, *dout;
    bool *mask;
    int B, T;
};

static struct texts example(void) {
    struct texts x = {.B = 2, .T = 4, .mask = alloc_zeroed(8, sizeof(bool))};
    x.log_prob = grade_copy((float[]){-9, -1, -2, -9, -0.5f, -0.25f, -3, -7}, 8);
    x.dout = grade_copy((float[]){2, -3}, 2);
    x.mask[1] = x.mask[2] = x.mask[4] = x.mask[5] = true;
    return x;
}

// The last text has no masked position.
static struct texts random_texts(void) {
    struct texts x = {.B = grade_int(3, 7), .T = grade_int(8, 19)};
    x.log_prob = grade_floats(x.B * x.T), x.dout = grade_floats(x.B);
    for (int i = 0; i < x.B * x.T; i++) x.log_prob[i] = -fabsf(x.log_prob[i]) - 0.01f;
    x.log_prob = grade_copy(x.log_prob, x.B * x.T);
    x.mask = random_mask(x.B * x.T, true, false);
    memset(x.mask + (x.B - 1) * x.T, 0, (size_t)x.T * sizeof *x.mask);
    return x;
}

enum habit { RIGHT, MEAN, MEAN_OF_ALL, EVERYWHERE, PRODUCT, PROBABILITY, SIGN, TURNED, COLUMNS, HABITS };
static const char *const mistake[HABITS] = {
    [MEAN] = "the mean over the tokens: the log-probability of a text is the sum of its tokens'",
    [MEAN_OF_ALL] = "divided by T: the log-probability of a text is the sum of its tokens'",
    [EVERYWHERE] = "positions outside of the mask count too: the question and the padding are not the answer",
    [PRODUCT] = "a product: probabilities are multiplied, so their logarithms are added",
    [PROBABILITY] = "the probability of the text: its logarithm is asked for",
    [SIGN] = "the sign: a loss, where the log-probability itself is asked for",
    [TURNED] = "the mask is read the wrong way round",
    [COLUMNS] = "position t of text b is number b * T + t",
};

static double *logs_of(const void *texts, int habit) {
    const struct texts *x = texts;
    double *out = grade_doubles(x->B);
    for (int b = 0; b < x->B; b++) {
        double sum = 0, product = 1;
        int count = 0;
        for (int t = 0; t < x->T; t++) {
            const int at = habit == COLUMNS ? t * x->B + b : b * x->T + t;
            if (habit != EVERYWHERE && x->mask[at] == (habit == TURNED)) continue;
            sum += x->log_prob[at], product *= x->log_prob[at], count++;
        }
        out[b] = habit == MEAN          ? sum / (count ? count : 1)
                 : habit == MEAN_OF_ALL ? sum / x->T
                 : habit == PRODUCT     ? product
                 : habit == PROBABILITY ? exp(sum)
                 : habit == SIGN        ? -sum
                                        : sum;
    }
    return out;
}

static void check_logs(const char *what, const struct texts *x, const double *right) {
    float *out = grade_floats(x->B);
    double *more = grade_doubles(x->B);
    for (int b = 0; b < x->B; b++) more[b] = out[b] + right[b];
    sequence_logs(out, x->log_prob, x->mask, x->B, x->T);
    suspect("what stood in out is added to: it is written", more);
    suspect_habits(mistake, HABITS, logs_of, x);
    grade_array(what, out, right, AXES("b", x->B), 1e-5);
    grade_unchanged("log_prob", x->log_prob);
}

EXERCISE(sequence_logs, .number = "20.1", .points = 8) {
    // The text's example: -1 - 2 and -0.5 - 0.25.
    struct texts x = example();
    check_logs("out of the text's example", &x, (double[]){-3, -0.75});
    free(x.mask);
    for (int i = 0; i < 3; i++) {
        x = random_texts();
        check_logs("out of random texts", &x, logs_of(&x, RIGHT));
        free(x.mask);
    }
}

enum slope { SLOPE, OF_A_MEAN, BY_T, ALL, BY_TEXT_0, UPSIDE, MASK_TURNED, SLOPES };
static const char *const slope_mistake[SLOPES] = {
    [OF_A_MEAN] = "the slope of a mean over the tokens: of a sum, each token's share is 1",
    [BY_T] = "divided by T: of a sum, each token's share is 1",
    [ALL] = "positions outside of the mask get a slope: theirs is exactly 0",
    [BY_TEXT_0] = "text 0's slope everywhere: each text has its own dout[b]",
    [UPSIDE] = "the sign: the sum grows with each of its parts",
    [MASK_TURNED] = "the mask is read the wrong way round",
};

static double *slopes_of(const void *texts, int habit) {
    const struct texts *x = texts;
    double *d = grade_doubles(x->B * x->T);
    for (int b = 0; b < x->B; b++) {
        const int count = count_masked(x->mask + b * x->T, x->T);
        for (int t = 0; t < x->T; t++) {
            const int at = b * x->T + t;
            if (habit != ALL && x->mask[at] == (habit == MASK_TURNED)) continue;
            d[at] = x->dout[habit == BY_TEXT_0 ? 0 : b];
            if (habit == OF_A_MEAN) d[at] /= count;
            if (habit == BY_T) d[at] /= x->T;
            if (habit == UPSIDE) d[at] = -d[at];
        }
    }
    return d;
}

static void check_slope(const char *what, const struct texts *x, const double *right) {
    float *d = grade_grad(x->B * x->T);
    suspect("stored with = where += is needed: gradients add up", if_stored(d, right, x->mask, x->B * x->T));
    sequence_logs_backward(d, x->dout, x->mask, x->B, x->T);
    suspect_habits(slope_mistake, SLOPES, slopes_of, x);
    grade_gradient(what, d, right, AXES("bt", x->B, x->T), 1e-5);
    grade_unchanged("dout", x->dout);
}

EXERCISE(sequence_logs_backward, .number = "20.1", .points = 8) {
    struct texts x = example();
    check_slope("dlog_prob of the text's example", &x, (double[]){0, 2, 2, 0, -3, -3, 0, 0});
    free(x.mask);
    for (int i = 0; i < 3; i++) {
        x = random_texts();
        check_slope("dlog_prob of random texts", &x, slopes_of(&x, SLOPE));
        free(x.mask);
    }
}
