// Tests of unpool.c.
#include "02-convolution/definitions.h"

EXERCISE(max_unpool_forward, .number = "02.11", .points = 4, .needs = "conv_output_size") {
    struct pool_shape s = {.B = 2, .C = 3, .H = grade_int(5, 9), .W = grade_int(11, 15), .kernel = 2, .stride = 2};
    int OH = pooled_height(s), OW = pooled_width(s), planes = s.B * s.C, n = planes * OH * OW, plane = s.H * s.W;
    float *y = grade_floats(n), *out = grade_floats(planes * plane), *before = grade_copy(out, planes * plane);
    int *argmax = grade_ints(n, 0, 3);
    double *want = grade_doubles(planes * plane), *kept = grade_doubles(planes * plane);
    double *one_plane = grade_doubles(planes * plane), *added = grade_doubles(planes * plane);
    double *corner = grade_doubles(planes * plane);
    for (int k = 0; k < planes * plane; k++) added[k] = kept[k] = (double)before[k];
    for (int k = 0; k < n; k++) {  // each maximum at one of its window's four pixels
        int bc = k / (OH * OW), i = k / OW % OH, j = k % OW;
        int place = (2 * i + argmax[k] / 2) * s.W + 2 * j + argmax[k] % 2;
        want[bc * plane + place] = kept[bc * plane + place] = one_plane[place] = (double)y[k];
        corner[bc * plane + 2 * i * s.W + 2 * j] = (double)y[k];
        added[bc * plane + place] += (double)y[k];
        argmax[k] = place;
    }
    max_unpool_forward(out, y, argmax, s);
    suspect("out keeps what it held before where there is no maximum; it is 0 there", kept);
    suspect("y is added to what out held before", added);
    suspect("all planes are written to the first one: argmax counts within a plane, which starts at bc*H*W", one_plane);
    suspect("every maximum lands in its window's corner; argmax tells where it stood", corner);
    grade_array("out", out, want, AXES("bchw", s.B, s.C, s.H, s.W), 1e-6);
    grade_unchanged("y", y);
}
