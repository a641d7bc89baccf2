// Tests of dropout.c.
#include "04-training/definitions.h"

EXERCISE(dropout_forward, .number = "04.12", .points = 3) {
    const int n = grade_int(200, 300);
    const float p = 0.15f + 0.2f * rng_uniform(grade_rng());
    const float *x = grade_floats(n);
    float *out = grade_output(n), *mask = grade_output(n);
    struct rng r, same;
    rng_seed(&r, rng_u32(grade_rng()), 7);
    same = r;
    dropout_forward(out, mask, x, p, true, &r, n);
    double *want = grade_doubles(n), *unscaled = grade_doubles(n), *turned = grade_doubles(n), *by_p = grade_doubles(n);
    double *want_out = grade_doubles(n), *half_turned = grade_doubles(n), *shrunk = grade_doubles(n);
    double *all_kept = grade_doubles(n), *cut = grade_doubles(n);
    for (int i = 0; i < n; i++) {
        const bool kept = rng_uniform(&same) >= p;
        want[i] = kept ? 1 / (1 - (double)p) : 0;
        unscaled[i] = kept;
        turned[i] = kept ? 0 : 1 / (1 - (double)p);
        half_turned[i] = kept ? 0 : 1 / (double)p;
        by_p[i] = kept ? 1 / (double)p : 0;
        shrunk[i] = kept ? 1 - (double)p : 0;
        want_out[i] = want[i] * x[i];
        cut[i] = kept ? x[i] : 0;
        all_kept[i] = 1 / (1 - (double)p);
    }
    suspect("the survivors are not scaled by 1 / (1 - p): in use, the next layer would get larger sums", unscaled);
    suspect("the wrong ones are kept: p is the probability to be dropped", turned);
    suspect("the wrong ones are kept: p is the probability to be dropped", half_turned);
    suspect("the survivors are scaled by 1 / p; their share is 1 - p", by_p);
    suspect("the survivors are shrunk by 1 - p; they must grow by 1 / (1 - p)", shrunk);
    suspect("one random number decides for all; every value needs its own", all_kept);
    suspect("one random number decides for all; every value needs its own", grade_doubles(n));
    grade_array("mask", mask, want, AXES("i", n), 1e-6);
    suspect("out is x where it is kept; it must be x * mask", cut);
    grade_array("out", out, want_out, AXES("i", n), 1e-6);
    grade_true(r.state == same.state, "the generator is not where n numbers lead: draw one rng_uniform per value");

    float *out_eval = grade_output(n), *mask_eval = grade_output(n);
    const struct rng before = r;
    dropout_forward(out_eval, mask_eval, x, p, false, &r, n);
    double *as_trained = grade_doubles(n), *one = grade_doubles(n);
    for (int i = 0; i < n; i++) as_trained[i] = rng_uniform(&same) >= p ? x[i] / (1 - (double)p) : 0;
    for (int i = 0; i < n; i++) one[i] = 1;
    suspect("dropout is active outside training", as_trained);
    suspect_factor("the output is scaled by 1 - p; inverted dropout has done its scaling in training", 1 - (double)p);
    grade_array("out, not in training", out_eval, in_double(x, n), AXES("i", n), 1e-6);
    grade_array("mask, not in training", mask_eval, one, AXES("i", n), 1e-6);
    grade_true(r.state == before.state, "the generator moved although training is false");
}

EXERCISE(dropout_backward, .number = "04.12", .points = 2) {
    const int n = grade_int(31, 60);
    const float *dout = grade_floats(n), *mask = grade_floats(n);
    float *dx = grade_grad(n);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = (double)dout[i] * mask[i];
    dropout_backward(dx, dout, mask, n);
    suspect("the mask is not used: what was dropped must learn nothing", in_double(dout, n));
    grade_gradient("dx", dx, want, AXES("i", n), 1e-5);
}
