// Tests of quality.c.
#include "14-pretraining/definitions.h"

// Counts by definition. pairs: 0 none, 1 as asked for, -1 turned round; words: whether single words count.
static double *feature_counts(const uint64_t *word, int n, int buckets, bool words, int pairs, bool with_sign) {
    double *x = grade_doubles(buckets);
    for (int i = 0; i < n; i++)
        for (int kind = 0; kind < 2; kind++) {
            if (kind == 0 ? !words : pairs == 0 || i + 1 == n) continue;
            uint64_t hash = word[i];
            if (kind == 1) hash = pairs > 0 ? hash_join(word[i], word[i + 1]) : hash_join(word[i + 1], word[i]);
            x[hash % (uint64_t)buckets] += with_sign && (hash & 0x8000000000000000u) ? -1 : 1;
        }
    return x;
}

static void check_features(const char *what, const uint64_t *word, int n, int buckets) {
    double *x = feature_counts(word, n, buckets, true, 1, true), sum = 0;
    double *want = divided(x, buckets, fmax(length(x, buckets), 1e-9)), *other[4];
    for (int i = 0; i < buckets; i++) sum += fabs(x[i]);
    for (int i = 0; i < 4; i++) {
        double *y = feature_counts(word, n, buckets, i != 1, i == 0 ? 0 : i == 2 ? -1 : 1, i != 3);
        other[i] = divided(y, buckets, fmax(length(y, buckets), 1e-9));
    }
    float *got = grade_output(buckets);
    hash_features(got, word, (size_t)n, buckets);
    if (n > 1) {
        suspect("only single words count, not every two neighbours", other[0]);
        suspect("only neighbours count, not single words", other[1]);
        suspect("neighbours are joined the wrong way round: hash_join(left, right) is asked for", other[2]);
        suspect("the sign is not used: every hash adds 1", other[3]);
        suspect("the counts are not divided by the vector's length", x);
        suspect("divided by the sum of the counts, where the root of the sum of squares is asked for",
                divided(x, buckets, fmax(sum, 1e-9)));
        suspect("divided by the squared length: the root is missing",
                divided(x, buckets, fmax(length(x, buckets) * length(x, buckets), 1e-9)));
    }
    grade_array(what, got, want, AXES("j", buckets), 1e-5);
}

EXERCISE(hash_features, .number = "14.1", .points = 6) {
    struct hashes words = {0};
    word_hashes(&words, "To be, or not to be", 19);
    grade_equal("words of \"To be, or not to be\", the comma among them", (long)words.count, 7);
    check_features("features of \"To be, or not to be\"", words.hash, 7, 1009);
    hashes_free(&words);
    const int n = grade_int(20, 40), buckets = grade_int(17, 60);
    uint64_t *word = random_words(n, 9);
    check_features("features", word, n, buckets);
    check_features("features of one word", word, 1, buckets);
    check_features("features of an empty document", word, 0, buckets);
    free(word);
}

static double log_loss(double z, int label) {
    return log1p(exp(-fabs(z))) + fmax(z, 0) - label * z;
}

EXERCISE(quality_step, .number = "14.2", .points = 8) {
    // The text's example: a model that knows nothing, and one good document.
    struct quality q = {.buckets = 2, .weight = grade_copy((float[]){0, 0}, 2)};
    float *x = grade_copy((float[]){0.6f, 0.8f}, 2);
    grade_scalar("score of a model that knows nothing", quality_score(&q, x), 0.5, 1e-6);
    grade_scalar("its loss on a good document", quality_step(&q, x, 1, 1), log(2), 1e-6);
    suspect("uphill, or the label is not used: a good document's score should rise", (double[]){-0.3, -0.4});
    grade_array("weight after the step", q.weight, (double[]){0.3, 0.4}, AXES("j", 2), 1e-6);
    suspect_scalar("the bias does not move", 0);
    grade_scalar("bias after the step", q.bias, 0.5, 1e-6);

    for (int round = 0; round < 6; round++) {
        const int n = grade_int(5, 23), label = round % 2;
        double z = 0, xx = 0, *want = grade_doubles(n), *uphill = grade_doubles(n), *ignored = grade_doubles(n),
               *no_lr = grade_doubles(n);
        x = grade_floats(n);
        q = (struct quality){.buckets = n, .weight = grade_floats(n), .bias = rng_normal(grade_rng())};
        const double lr = 0.1 + 0.2 * (double)rng_uniform(grade_rng());
        for (int j = 0; j < n; j++) z += (double)q.weight[j] * x[j], xx += (double)x[j] * x[j];
        const double bias = q.bias, p = 1 / (1 + exp(-z - bias)), slope = p - label;
        for (int j = 0; j < n; j++) {
            want[j] = q.weight[j] - lr * slope * x[j];
            uphill[j] = q.weight[j] + lr * slope * x[j];
            ignored[j] = q.weight[j] - lr * p * x[j];
            no_lr[j] = q.weight[j] - slope * x[j];
        }
        suspect_scalar("the bias is left out", 1 / (1 + exp(-z)));
        suspect_scalar("the probability of junk", 1 - p);
        grade_scalar("score", quality_score(&q, x), p, 1e-5);
        suspect_scalar("the loss of the other label", log_loss(z + bias, 1 - label));
        const double moved = log_loss(z + bias - lr * slope * (1 + xx), label);
        suspect_scalar("the loss after the step; the one before is asked for", moved);
        grade_scalar("loss", quality_step(&q, x, label, (float)lr), log_loss(z + bias, label), 2e-5);
        suspect("uphill: the step should be taken off", uphill);
        if (label) suspect("the label is not used", ignored);
        suspect("the learning rate is not used", no_lr);
        grade_array("weight after the step", q.weight, want, AXES("j", n), 1e-5);
        suspect_scalar("the bias does not move", bias);
        grade_scalar("bias after the step", q.bias, bias - lr * slope, 1e-5);
        grade_unchanged("x", x);
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        q = (struct quality){.buckets = 1, .weight = grade_copy((float[]){0}, 1), .bias = (float)sign * 2000.0f};
        x = grade_copy((float[]){1}, 1);
        const int label = sign < 0;
        float loss = quality_step(&q, x, label, 0.1f);
        grade_true(isfinite(loss), "loss where z is %d and the label %d: got %g, expected 2000\nlooks like: %s",
                   2000 * sign, label, (double)loss, "the logarithm of a probability that was rounded to 0");
        grade_scalar("loss far on the wrong side", loss, 2000, 1e-5);
        grade_scalar("loss far on the right side", quality_step(&q, x, !label, 0.1f), 0, 1e-5);
    }
}
