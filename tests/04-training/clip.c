// Tests of clip.c.
#include "04-training/definitions.h"

EXERCISE(clip_grad_norm, .number = "04.14", .points = 6) {
    // The text's example: the gradient (3, 4), of length 5, clipped to 1.
    float *both = grade_copy((float[]){3, 4}, 2);
    grade_scalar("length of (3, 4)", clip_grad_norm((float *const[]){both}, (int[]){2}, 1, 1), 5, 1e-5);
    suspect("clipped value by value, not by the length: the direction has changed", (double[]){1, 1});
    grade_array("(3, 4) clipped to 1", both, (double[]){0.6, 0.8}, AXES("i", 2), 1e-5);

    const int sizes[] = {grade_int(5, 9), grade_int(11, 20), grade_int(1, 4)}, n = sizes[0] + sizes[1] + sizes[2];
    float *grads[3], *got = grade_output(n);
    double square[3] = {0}, total = 0, by_value[40] = {0};
    for (int k = 0; k < 3; k++) {
        grads[k] = grade_floats(sizes[k]);
        for (int i = 0; i < sizes[k]; i++) square[k] += (double)grads[k][i] * grads[k][i];
        total += square[k];
    }
    const double max_norm = 0.3 * sqrt(total), f = max_norm / (sqrt(total) + 1e-6);
    double own[3], squared[3] = {max_norm / total, max_norm / total, max_norm / total}, want[3] = {f, f, f};
    double *all = scaled(grads, sizes, (double[]){1, 1, 1}, 3, n);
    for (int k = 0; k < 3; k++) own[k] = fmin(1, max_norm / sqrt(square[k]));
    for (int i = 0; i < n; i++) by_value[i] = fmax(-max_norm, fmin(max_norm, all[i]));
    double *want_all = scaled(grads, sizes, want, 3, n), *own_all = scaled(grads, sizes, own, 3, n);
    double unit[3] = {1 / sqrt(total), 1 / sqrt(total), 1 / sqrt(total)};
    double *squared_all = scaled(grads, sizes, squared, 3, n), *unit_all = scaled(grads, sizes, unit, 3, n);

    suspect_scalar("the length after clipping; return the one before", max_norm);
    suspect_scalar("the squared length: the root is missing", total);
    suspect_scalar("the arrays' lengths are added; add their squares, then take one root",
                   sqrt(square[0]) + sqrt(square[1]) + sqrt(square[2]));
    grade_scalar("length", clip_grad_norm(grads, sizes, 3, (float)max_norm), sqrt(total), 1e-5);
    for (int k = 0, at = 0; k < 3; k++) {
        for (int i = 0; i < sizes[k]; i++) got[at++] = grads[k][i];
    }
    suspect("every array is clipped by its own length; there is one length, over all", own_all);
    suspect("clipped value by value, not by the length", by_value);
    suspect("divided by the squared length", squared_all);
    suspect("nothing is clipped", all);
    suspect("scaled to length 1, whatever max_norm is", unit_all);
    grade_array("all gradients after clipping", got, want_all, AXES("i", n), 1e-5);

    clip_grad_norm(grads, sizes, 3, (float)(2 * max_norm));
    for (int k = 0, at = 0; k < 3; k++) {
        for (int i = 0; i < sizes[k]; i++) got[at++] = grads[k][i];
    }
    suspect_factor("a gradient shorter than max_norm is stretched to it; it must stay as it is", 2);
    grade_array("gradients that are shorter than max_norm", got, want_all, AXES("i", n), 1e-5);
}
