// Tests of im2col.c.
#include "02-convolution/definitions.h"

static void grade_columns(struct conv_shape s) {
    int taps = s.C * s.KH * s.KW, pixels = out_height(s) * out_width(s);
    float *cols = grade_output(taps * pixels), *x = grade_floats(s.C * s.H * s.W);
    im2col(cols, x, s);
    suspect("rows are ordered (u,v,c); they are (c,u,v), as the weights lie in memory", columns(x, s, 1, RIGHT));
    suspect("rows are ordered (c,v,u); they are (c,u,v), as the weights lie in memory", columns(x, s, 2, RIGHT));
    suspect("one row for every window; it is one column for every window", columns(x, s, 3, RIGHT));
    const enum slip likely[] = {SHIFTED, UNSHIFTED, UNDILATED, UNSTRIDED, EDGES, WRAPPED, ROW_OF_H};
    for (int i = 0; i < COUNT(likely); i++) suspect(slips[likely[i]], columns(x, s, 0, likely[i]));
    grade_array("cols (row r = (c*KH + u)*KW + v, pixel p)", cols, columns(x, s, 0, RIGHT), AXES("rp", taps, pixels),
                1e-6);
    grade_unchanged("x", x);
}

EXERCISE(im2col, .number = "02.7", .points = 9, .needs = "conv_output_size") {
    float *cols = grade_output(16), *x = grade_copy(hand_x, 9);
    im2col(cols, x, hand_shape);
    suspect("one row for every window; it is one column for every window", columns(x, hand_shape, 3, RIGHT));
    grade_array("the 3x3 picture of section 2.5", cols, (double[]){1, 2, 0, 1, 2, 0, 1, 3, 0, 1, 2, 1, 1, 3, 1, 0},
                AXES("rp", 4, 4), 1e-6);

    grade_columns(random_shape());
    grade_columns(border_shape());
}

EXERCISE(conv2d_im2col, .number = "02.8", .points = 7, .needs = "conv_output_size im2col") {
    struct conv_shape s = random_shape();
    int OH = out_height(s), OW = out_width(s), n = s.B * s.O * OH * OW, pixels = OH * OW;
    float *out = grade_floats(n), *before = grade_copy(out, n), *cols = grade_output(s.C * s.KH * s.KW * pixels);
    float *x = grade_floats(s.B * s.C * s.H * s.W), *weight = grade_floats(s.O * s.C * s.KH * s.KW);
    float *bias = grade_floats(s.O);
    conv2d_im2col(out, cols, x, weight, bias, s);
    double *want = convolve(x, weight, bias, s, RIGHT), *plain = convolve(x, weight, NULL, s, RIGHT);
    double *added = grade_doubles(n), *added_plain = grade_doubles(n), *repeated = grade_doubles(n);
    double *per_pixel = grade_doubles(n), *piled = grade_doubles(n);
    for (int k = 0; k < n; k++) {
        added[k] = want[k] + (double)before[k];
        added_plain[k] = plain[k] + (double)before[k];
        repeated[k] = want[k % (s.O * pixels)];
        piled[k] = k < s.O * pixels ? want[(s.B - 1) * s.O * pixels + k] : (double)before[k];
        per_pixel[k] = plain[k] + (double)bias[k % pixels % s.O];
    }
    suspect(slips[WITHOUT_BIAS], plain);
    suspect("im2col_matmul ADDS to out, which still holds what was there before: set it to the bias first", added);
    suspect("im2col_matmul ADDS to out, which still holds what was there before, and the bias is missing", added_plain);
    suspect("every picture of the batch gives the first one's result: x must move on with b", repeated);
    suspect("every picture's result is written over the first one's: out must move on with b", piled);
    suspect("the bias is indexed by the pixel; it belongs to the output channel, the row of out_b", per_pixel);
    grade_array("out", out, want, AXES("boij", s.B, s.O, OH, OW), 1e-5);
    grade_unchanged("x", x);
    grade_unchanged("weight", weight);
    out = grade_output(n);
    conv2d_im2col(out, cols, x, weight, NULL, s);
    grade_array("out without bias", out, plain, AXES("boij", s.B, s.O, OH, OW), 1e-5);
}
