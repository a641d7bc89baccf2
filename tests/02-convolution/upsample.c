// Tests of upsample.c.
#include "02-convolution/definitions.h"

enum place_slip { PLACE_RIGHT, CORNERS, NO_HALF, UNHELD, SWAPPED_SHARES, PLACE_SLIPS };

// Where pixel i of `out` lies among `in`.
static double place_at(int i, int in, int out, enum place_slip slip) {
    double at = slip == CORNERS   ? (double)i * (in - 1) / (out - 1)
                : slip == NO_HALF ? (double)i * in / out
                                  : (i + 0.5) * in / out - 0.5;
    return slip == UNHELD ? at : fmin(fmax(at, 0), in - 1);
}

// How much pixel `pixel` of `in` counts at place `at`: a tent, 1 on the pixel and 0 on its neighbours.
static double share_at(double at, int pixel, int in, enum place_slip slip) {
    double tent = fmax(0, 1 - fabs(at - pixel));
    if (slip != UNHELD && slip != SWAPPED_SHARES) return tent;
    int low = clamped((int)floor(at), 0, in - 2);  // the line through low and low + 1, also beyond both
    double share = slip == SWAPPED_SHARES ? low + 1 - at : at - low;
    return pixel == low ? 1 - share : pixel == low + 1 ? share : 0;
}

static double *interpolate(const float *x, int planes, int H, int W, int OH, int OW, enum place_slip slip) {
    double *out = grade_doubles(planes * OH * OW);
    for (int k = 0; k < planes * OH * OW; k++)
        for (int h = 0; h < H; h++)
            for (int w = 0; w < W; w++)
                out[k] += share_at(place_at(k / OW % OH, H, OH, slip), h, H, slip) *
                          share_at(place_at(k % OW, W, OW, slip), w, W, slip) *
                          (double)x[(k / (OH * OW) * H + h) * W + w];
    return out;
}

EXERCISE(upsample_nearest_forward, .number = "02.13", .points = 4) {
    float *out = grade_output(4), *x = grade_copy((float[]){10, 20}, 2);
    upsample_nearest_forward(out, x, 1, 1, 1, 2, 1, 4);
    grade_array("10 20, twice as wide", out, (double[]){10, 10, 20, 20}, AXES("j", 4), 1e-6);

    int B = 2, C = 3, H = grade_int(4, 6), W = grade_int(7, 9), OH = 2 * H + 1, OW = 3 * W - 2;
    x = grade_floats(B * C * H * W);
    int n = B * C * OH * OW;
    out = grade_output(n);
    upsample_nearest_forward(out, x, B, C, H, W, OH, OW);
    double *want = grade_doubles(n), *rounded = grade_doubles(n), *blocks = grade_doubles(n);
    for (int k = 0; k < n; k++) {
        const float *x_bc = x + k / (OH * OW) * H * W;
        int i = k / OW % OH, j = k % OW, row = 0, column = 0;
        while ((row + 1) * OH <= i * H) row++;  // the last row of x that begins at or before i
        while ((column + 1) * OW <= j * W) column++;
        want[k] = (double)x_bc[row * W + column];
        int near_row = (int)lround((double)i * H / OH), near_column = (int)lround((double)j * W / OW);
        rounded[k] = (double)x_bc[clamped(near_row, 0, H - 1) * W + clamped(near_column, 0, W - 1)];
        blocks[k] = (double)x_bc[clamped(i / (OH / H), 0, H - 1) * W + clamped(j / (OW / W), 0, W - 1)];
    }
    suspect("the place is rounded; it is rounded down: floor(i*H/OH)", rounded);
    suspect("divided by a whole factor OH/H, which is rounded; multiply first: i*H/OH", blocks);
    grade_array("out", out, want, AXES("bcij", B, C, OH, OW), 1e-6);
    grade_unchanged("x", x);
}

EXERCISE(upsample_bilinear_forward, .number = "02.14", .points = 8) {
    float *out = grade_output(4), *x = grade_copy((float[]){10, 20}, 2);
    upsample_bilinear_forward(out, x, 1, 1, 1, 2, 1, 4);
    suspect("corners are matched with corners, i*(W - 1)/(OW - 1); here pixels are squares whose middles count",
            (double[]){10, 40 / 3.0, 50 / 3.0, 20});
    suspect("i*W/OW: the half pixel is missing, so everything moves up and left", (double[]){10, 15, 20, 20});
    suspect("the first place, -1/4, is not held at 0", (double[]){7.5, 12.5, 17.5, 22.5});
    grade_array("10 20, twice as wide", out, (double[]){10, 12.5, 17.5, 20}, AXES("j", 4), 1e-6);

    int B = 2, C = 3, H = grade_int(4, 6), W = grade_int(7, 9), OH = 2 * H + 1, OW = 3 * W - 2;
    for (int larger = 1; larger >= 0; larger--) {  // and once from large to small
        int h = larger ? H : OH, w = larger ? W : OW, oh = larger ? OH : H, ow = larger ? OW : W;
        x = grade_floats(B * C * h * w);
        out = grade_output(B * C * oh * ow);
        upsample_bilinear_forward(out, x, B, C, h, w, oh, ow);
        static const char *const mistakes[PLACE_SLIPS] = {
            [CORNERS] =
                "corners are matched with corners, i*(H - 1)/(OH - 1); here pixels are squares whose middles count",
            [NO_HALF] = "i*H/OH: the half pixel is missing, so everything moves up and left",
            [UNHELD] = "the place is not held within 0..H-1, so the border is extrapolated",
            [SWAPPED_SHARES] = "the farther pixel weighs more: the shares are the wrong way round",
        };
        for (int slip = 1; slip < PLACE_SLIPS; slip++)
            suspect(mistakes[slip], interpolate(x, B * C, h, w, oh, ow, (enum place_slip)slip));
        grade_array(larger ? "out, larger" : "out, smaller", out, interpolate(x, B * C, h, w, oh, ow, PLACE_RIGHT),
                    AXES("bcij", B, C, oh, ow), 1e-4);
        grade_unchanged("x", x);
    }
}
