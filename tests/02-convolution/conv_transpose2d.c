// Tests of conv_transpose2d.c.
#include "02-convolution/definitions.h"

// Gathers, for every pixel of out, the stamps that reach it. y (B,O,OH,OW) -> (B,C,H,W)
static double *gather_stamps(const float *y, const float *weight, const float *bias, struct conv_shape s,
                             enum slip slip) {
    int OH = out_height(s), OW = out_width(s), at = 0;
    int padding = slip == UNSHIFTED ? 0 : s.padding, dilation = slip == UNDILATED ? 1 : s.dilation;
    int stride = slip == UNSTRIDED ? 1 : s.stride;
    double *out = grade_doubles(s.B * s.C * s.H * s.W);
    for (int b = 0; b < s.B; b++)
        for (int c = 0; c < s.C; c++)
            for (int row = 0; row < s.H; row++)
                for (int column = 0; column < s.W; column++, at++) {
                    double sum = bias && slip != WITHOUT_BIAS ? (double)bias[c] * (slip == BIAS_AGAIN ? s.O : 1) : 0;
                    for (int u = 0; u < s.KH; u++)
                        for (int v = 0; v < s.KW; v++) {
                            int i = row + padding - u * dilation, j = column + padding - v * dilation;
                            if (i < 0 || j < 0 || i % stride != 0 || j % stride != 0) continue;
                            i /= stride;
                            j /= stride;
                            if (i >= OH || j >= OW) continue;
                            for (int o = 0; o < s.O; o++)
                                sum += (double)y[((b * s.O + o) * OH + i) * OW + j] *
                                       weight_at(weight, s, o, c, u, v, slip);
                        }
                    out[at] = sum;
                }
    return out;
}

static double dot(const double *a, const float *b, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += a[k] * (double)b[k];
    return sum;
}

static void grade_transposed(struct conv_shape s) {
    int OH = out_height(s), OW = out_width(s), n = s.B * s.C * s.H * s.W;
    float *y = grade_floats(s.B * s.O * OH * OW), *weight = grade_floats(s.O * s.C * s.KH * s.KW);
    float *bias = grade_floats(s.C), *out = grade_floats(n), *before = grade_copy(out, n);
    conv_transpose2d_forward(out, y, weight, bias, s);
    double *want = gather_stamps(y, weight, bias, s, RIGHT), *added = grade_doubles(n);
    double *plain = gather_stamps(y, weight, NULL, s, RIGHT);
    for (int k = 0; k < n; k++) added[k] = plain[k] + (double)before[k];
    suspect("stamps are added to what out held before; set it to the bias first", added);
    const enum slip likely[] = {FLIPPED, UNSHIFTED, UNDILATED, UNSTRIDED, WITHOUT_BIAS, BIAS_AGAIN, TURNED, TRANSPOSED};
    for (int i = 0; i < COUNT(likely); i++) suspect(slips[likely[i]], gather_stamps(y, weight, bias, s, likely[i]));
    suspect("the weight is read as (C,O,KH,KW); it is (O,C,KH,KW), that of the convolution being transposed",
            gather_stamps(y, weight, bias, s, SWAPPED));
    grade_array("out", out, want, AXES("bchw", s.B, s.C, s.H, s.W), 1e-5);
    grade_unchanged("y", y);
    grade_unchanged("weight", weight);

    // <conv(x), y> = <x, conv_transpose(y)>: the identity that defines it.
    out = grade_output(n);
    conv_transpose2d_forward(out, y, weight, NULL, s);
    float *x = grade_floats(n);
    double *at_y = grade_doubles(n);
    for (int k = 0; k < n; k++) at_y[k] = (double)out[k];
    grade_scalar("<x, transposed(y)>, which must be <conv(x), y>", dot(at_y, x, n),
                 dot(convolve(x, weight, NULL, s, RIGHT), y, s.B * s.O * OH * OW), 1e-4);
}

EXERCISE(conv_transpose2d_forward, .number = "02.9", .points = 11, .needs = "conv_output_size") {
    float *out = grade_copy((float[]){5, 5, 5, 5, 5, 5, 5, 5, 5}, 9);  // what a caller may hand over
    float *y = grade_copy((float[]){1, 2, 3, 4}, 4), *weight = grade_copy(hand_kernel, 4);
    conv_transpose2d_forward(out, y, weight, NULL, hand_shape);
    suspect(slips[FLIPPED], gather_stamps(y, weight, NULL, hand_shape, FLIPPED));
    suspect(slips[TRANSPOSED], gather_stamps(y, weight, NULL, hand_shape, TRANSPOSED));
    suspect("stamps are added to what out held before; set it to the bias, or to 0, first",
            (double[]){6, 9, 9, 8, 14, 11, 5, 2, 1});
    suspect("where stamps overlap the last one wins; they add up (+=)", (double[]){1, 2, 4, 3, 4, 8, 0, 0, -4});
    grade_array("the 2x2 map of section 2.6", out, (double[]){1, 4, 4, 3, 9, 6, 0, -3, -4}, AXES("hw", 3, 3), 1e-6);
    grade_transposed(random_shape());
    grade_transposed(border_shape());
}
