// Tests of schedule.c.
#include "04-training/definitions.h"

struct climb {
    double lr_max, lr_min;
    int warmup, total;
};

static double cosine(struct climb c, double progress) {
    return c.lr_min + (c.lr_max - c.lr_min) * (1 + cos(3.14159265358979 * progress)) / 2;
}

EXERCISE(schedule_lr, .number = "04.13", .points = 5) {
    // The text's example: lr_max 1, 4 steps of warm-up, 12 in all.
    const double text[] = {0.25, 0.5, 0.75, 1, 1, 0.961940, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.038060, 0};
    float *lr = grade_output(13);
    for (int s = 0; s < 13; s++) lr[s] = schedule_lr(1, 0, s, 4, 12);
    suspect("warm-up is off by one: step 0 already moves, with lr_max / warmup",
            (double[]){0, 0.25, 0.5, 0.75, 1, 0.961940, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.038060, 0});
    suspect("the cosine runs over step / total; it starts when the warm-up ends",
            (double[]){0.25, 0.5, 0.75, 1, 0.75, 0.629410, 0.5, 0.370590, 0.25, 0.146447, 0.066987, 0.017037, 0});
    suspect("two ints are divided, so the progress is 0 until the end: make one of them a double",
            (double[]){0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0});
    suspect("half is missing: (1 + cos) runs from 2 to 0",
            (double[]){0.25, 0.5, 0.75, 1, 2, 1.923880, 1.707107, 1.382683, 1, 0.617317, 0.292893, 0.076120, 0});
    suspect("a straight line down; half a cosine is asked for",
            (double[]){0.25, 0.5, 0.75, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0});
    suspect("a whole cosine: it comes back up; half of one (pi, not 2 pi) goes down",
            (double[]){0.25, 0.5, 0.75, 1, 1, 0.853553, 0.5, 0.146447, 0, 0.146447, 0.5, 0.853553, 0});
    grade_array("lr of the text's example, by step", lr, text, AXES("s", 13), 1e-5);

    struct climb c = {0.5 + rng_uniform(grade_rng()), 0.1 + 0.1 * rng_uniform(grade_rng()), grade_int(5, 9), 0};
    c.total = c.warmup + grade_int(11, 20);
    const int n = c.total + 6;
    double *want = grade_doubles(n), *late = grade_doubles(n), *whole = grade_doubles(n), *again = grade_doubles(n);
    double *to_zero = grade_doubles(n), *uncut = grade_doubles(n), *early = grade_doubles(n);
    for (int s = 0; s < n; s++) {
        const double progress = (double)(s - c.warmup) / (c.total - c.warmup), climbing = c.lr_max * (s + 1) / c.warmup;
        const bool warm = s < c.warmup, done = s >= c.total;
        want[s] = warm ? climbing : done ? c.lr_min : cosine(c, progress);
        late[s] = warm ? c.lr_max * s / c.warmup : want[s];
        whole[s] = warm ? climbing : done ? c.lr_min : cosine(c, (double)s / c.total);
        again[s] = warm ? climbing : cosine(c, progress);
        to_zero[s] = warm || done ? want[s] : (want[s] - c.lr_min) / (c.lr_max - c.lr_min) * c.lr_max;
        uncut[s] = done ? c.lr_min : cosine(c, (double)s / c.total);
        early[s] = warm ? climbing : done ? c.lr_min : cosine(c, (double)(s + 1 - c.warmup) / (c.total - c.warmup));
    }
    lr = grade_output(n);
    for (int s = 0; s < n; s++) lr[s] = schedule_lr((float)c.lr_max, (float)c.lr_min, s, c.warmup, c.total);
    suspect("warm-up is off by one: step 0 already moves, with lr_max / warmup", late);
    suspect("the cosine runs over step / total; it starts when the warm-up ends", whole);
    suspect("after the last step the cosine climbs again; the rate stays at lr_min", again);
    suspect("lr_min is left out: the cosine falls from lr_max to 0", to_zero);
    suspect("there is no warm-up", uncut);
    suspect("the cosine is one step early: at step = warmup the rate is lr_max", early);
    grade_array("lr by step", lr, want, AXES("s", n), 1e-5);
    grade_scalar("lr of step 0 without warm-up", schedule_lr(0.3f, 0, 0, 0, 10), 0.3f, 1e-5);
}
