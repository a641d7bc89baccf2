// Tests of replay.c.
#include <limits.h>

#include "16-sft/small.h"

enum { STEPS = 60 };

enum rounding { AS_ASKED, EACH_CUT, EACH_ROUNDED, SO_FAR, ONE_LATE, CEILINGS, INTS, FLOATS, ROUNDINGS };
static const char *const rounding_name[] = {
    "",
    "share * B is cut off in every batch: a tenth of 4 places never comes to one",
    "share * B is rounded in every batch, where it should add up over batches",
    "how many in all batches so far; those of this batch are asked for",
    "a batch too late: after batch number `step` there were step + 1",
    "rounded up; floor is asked for",
    "the product is an int, which has no room for it at this step: floor gives a double",
    "the product is a float, and has no digits left for the fraction at this step"};

static double plain_count(float share, int B, long step, enum rounding how) {
    const double each = (double)share * B, before = floor(each * (double)step),
                 after = floor(each * (double)(step + 1));
    switch (how) {
        case EACH_CUT:
            return floor(each);
        case EACH_ROUNDED:
            return round(each);
        case SO_FAR:
            return after;
        case ONE_LATE:
            return step == 0 ? 0 : before - floor(each * (double)(step - 1));
        case CEILINGS:
            return ceil(each * (double)(step + 1)) - ceil(each * (double)step);
        case INTS:
            return after > INT_MAX ? 0 : after - before;  // what a cast gives there on most machines: INT_MIN, twice
        case FLOATS:
            return (double)(floorf(share * (float)B * (float)(step + 1)) - floorf(share * (float)B * (float)step));
        default:
            return after - before;
    }
}

static void check_counts(const char *what, float share, int B, long first) {
    float *got = grade_output(STEPS);
    double *want[ROUNDINGS];
    for (int i = 0; i < STEPS; i++) got[i] = (float)replay_count(share, B, first + i);
    for (int h = ROUNDINGS - 1; h >= 0; h--) {
        want[h] = grade_doubles(STEPS);
        for (int i = 0; i < STEPS; i++) want[h][i] = plain_count(share, B, first + i, (enum rounding)h);
    }
    for (int h = 1; h < ROUNDINGS; h++)
        if (memcmp(want[h], want[0], STEPS * sizeof(double)) != 0) suspect(rounding_name[h], want[h]);
    grade_array(what, got, want[0], AXES("i", STEPS), 1e-9);
}

EXERCISE(replay_count, .number = "16.7", .points = 5) {
    // The text's example: a tenth of 4 places is 0.4, so that after 1, 2, 3, .. batches 0.4, 0.8, 1.2, 1.6, 2.0, ..
    // places were due: 0, 0, 1, 1, 2, 2, 2, 3, 3, 4 whole ones.
    const double want[10] = {0, 0, 1, 0, 1, 0, 0, 1, 0, 1};
    double wrong[ROUNDINGS][10];
    float *got = grade_output(10);
    for (int i = 0; i < 10; i++) got[i] = (float)replay_count(0.1f, 4, i);
    for (int h = 1; h < INTS; h++)
        for (int i = 0; i < 10; i++) wrong[h][i] = plain_count(0.1f, 4, i, (enum rounding)h);
    suspect("share * B is cut off, or rounded, in every batch: a tenth of 4 places never comes to one",
            wrong[EACH_CUT]);
    for (int h = SO_FAR; h < INTS; h++) suspect(rounding_name[h], wrong[h]);
    grade_array("old places of batches 0 to 9, a tenth of 4", got, want, AXES("i", 10), 1e-9);
    check_counts("old places, three of ten of 5", 0.3f, 5, 0);
    for (int round = 0; round < 5; round++)
        check_counts("old places", 0.05f + 0.9f * rng_uniform(grade_rng()), grade_int(3, 17), grade_int(0, 500));
    check_counts("old places of batches from number 20,000,000 on", 0.1f, 8, 20000000L);
    check_counts("old places of batches from number 3,000,000,000 on", 0.9f, 17, 3000000000L);
    check_counts("old places, share 0", 0, 7, 3);
    check_counts("old places, share 1", 1, 7, 3);
}

enum habit { IN_ORDER, NEW_FROM_ZERO, OLD_LAST, OLD_FROM_ALL, ALL_NEW, NEW_FROM_ALL, BOTH_DRAWN, HABITS };
static const char *const habit_name[] = {"",
                                         "new examples start at old_examples, not at 0",
                                         "the old ones come first in a batch, then the new ones",
                                         "an old place draws from all examples",
                                         "there is no old example in the batch",
                                         "a new place draws from all examples",
                                         "each place draws twice, an old one and a new one; it draws what it takes"};

static void plain_batch(double *which, int old, int B, int olds, int news, struct rng r, enum habit habit) {
    for (int b = 0; b < B; b++) {
        bool is_old = habit == OLD_LAST ? b >= B - old : b < old;
        if (habit == ALL_NEW) is_old = false;
        const bool all = is_old ? habit == OLD_FROM_ALL : habit == NEW_FROM_ALL;
        if (habit == BOTH_DRAWN) {
            const int one = rng_below(&r, olds), other = olds + rng_below(&r, news);
            which[b] = is_old ? one : other;
        } else if (all) which[b] = rng_below(&r, olds + news);
        else if (is_old) which[b] = rng_below(&r, olds);
        else which[b] = (habit == NEW_FROM_ZERO ? 0 : olds) + rng_below(&r, news);
    }
}

static void check_batch(float share, int B, long step, int olds, int news) {
    const int old = (int)plain_count(share, B, step, AS_ASKED);
    struct rng r, copy;
    rng_seed(&r, rng_u32(grade_rng()), 7);
    copy = r;
    int *which = grade_ints(B, -9, -9);
    double *want[HABITS];
    const int got_old = replay_batch(which, share, B, step, olds, news, &r);
    float *got = grade_output(B);
    for (int b = 0; b < B; b++) got[b] = (float)which[b];
    for (int h = HABITS - 1; h >= 0; h--) {
        if (h > 0 && (olds == 0 || news == 0)) continue;
        want[h] = grade_doubles(B);
        plain_batch(want[h], old, B, olds, news, copy, (enum habit)h);
        if (h > 0) suspect(habit_name[h], want[h]);
    }
    grade_array("the examples of a batch", got, want[0], AXES("b", B), 1e-7);
    suspect_scalar("how many are new; how many are old is asked for", B - old);
    suspect_scalar("all places", B);
    grade_equal("how many are old", got_old, old);
}

EXERCISE(replay_batch, .number = "16.7", .points = 5, .needs = "replay_count") {
    check_batch(0.4f, 11, 3, 23, 57);
    for (int round = 0; round < 6; round++)
        check_batch(0.2f + 0.5f * rng_uniform(grade_rng()), grade_int(6, 19), grade_int(0, 99), grade_int(5, 40),
                    grade_int(50, 90));
    check_batch(0, 7, 4, 0, 12);  // nobody has to have old examples who wants none
    check_batch(1, 7, 4, 12, 0);
}
