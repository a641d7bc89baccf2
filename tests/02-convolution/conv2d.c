// Tests of conv2d.c.
#include "02-convolution/definitions.h"

static void grade_conv2d(struct conv_shape s) {
    int OH = out_height(s), OW = out_width(s);
    float *out = grade_output(s.B * s.O * OH * OW), *x = grade_floats(s.B * s.C * s.H * s.W);
    float *weight = grade_floats(s.O * s.C * s.KH * s.KW), *bias = grade_floats(s.O);
    conv2d_forward(out, x, weight, bias, s);
    for (int slip = 1; slip < SLIPS; slip++) suspect(slips[slip], convolve(x, weight, bias, s, (enum slip)slip));
    grade_array("out", out, convolve(x, weight, bias, s, RIGHT), AXES("boij", s.B, s.O, OH, OW), 1e-5);
    grade_unchanged("x", x);
    grade_unchanged("weight", weight);

    out = grade_output(s.B * s.O * OH * OW);
    conv2d_forward(out, x, weight, NULL, s);
    grade_array("out without bias", out, convolve(x, weight, NULL, s, RIGHT), AXES("boij", s.B, s.O, OH, OW), 1e-5);
}

EXERCISE(conv2d_forward, .number = "02.6", .points = 14, .needs = "conv_output_size") {
    float *out = grade_output(4), *x = grade_copy(hand_x, 9), *weight = grade_copy(hand_kernel, 4);
    conv2d_forward(out, x, weight, NULL, hand_shape);
    suspect(slips[FLIPPED], convolve(x, weight, NULL, hand_shape, FLIPPED));
    suspect(slips[TRANSPOSED], convolve(x, weight, NULL, hand_shape, TRANSPOSED));
    grade_array("the 3x3 picture of section 2.4", out, (double[]){4, -1, 1, 7}, AXES("ij", 2, 2), 1e-6);
    grade_conv2d(random_shape());
    grade_conv2d(border_shape());
}
