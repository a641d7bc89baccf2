// Chapter 02, convolution. Expected values: the chapter's examples, worked by hand; published totals of known networks;
// definitions in double that gather where the solutions scatter, or walk another way; and the adjoint's identity.
// This file has what several of the tests use.
#pragma once
#include "02-convolution/conv.h"
#include "grade/grade.h"

struct size_case {
    int64_t n, kernel, stride, padding, dilation, extra;
};

// Counts the places one by one.
static inline int64_t places(struct size_case c) {
    int64_t count = 0;
    for (int64_t start = -c.padding; start + c.dilation * (c.kernel - 1) < c.n + c.padding; start += c.stride) count++;
    return count;
}

static inline struct layer window(enum layer_kind kind, int kernel, int stride, int padding, int out) {
    return (struct layer){kind,          .kernel = kernel, .stride = stride, .padding = padding,
                          .dilation = 1, .out = out,       .bias = true};
}

struct row {
    long channels, height, width, params, macs, field;
    double jump;
};

enum slip {
    RIGHT,
    FLIPPED,    // the kernel is turned by 180 degrees
    SHIFTED,    // (i - padding) * stride
    UNSHIFTED,  // i * stride: padding changes the size only
    UNDILATED,  // taps next to each other
    UNSTRIDED,  // windows next to each other
    WITHOUT_BIAS,
    BIAS_AGAIN,   // once for every input channel
    SWAPPED,      // weight read as (C,O,KH,KW)
    TURNED,       // kernel read as (KW,KH)
    TRANSPOSED,   // kernel[v,u] instead of kernel[u,v]
    EDGES,        // the nearest pixel instead of 0
    ONE_CHANNEL,  // the first input channel only
    WRAPPED,      // a column outside is the row above or below
    ROW_OF_H,     // rows of x taken for H long
    ONE_PICTURE,  // the first picture of the batch only
    SLIPS
};

static const char *const slips[SLIPS] = {
    [FLIPPED] = "the kernel is flipped (a convolution as mathematics has it); here weight[u,v] meets pixel (+u,+v)",
    [SHIFTED] = "(i - padding)*stride; the window of output i starts at i*stride - padding",
    [UNSHIFTED] = "the padding does not move the window: it starts at i*stride - padding",
    [UNDILATED] = "the dilation is ignored: tap u stands u*dilation below the window's first row",
    [UNSTRIDED] = "the stride is ignored: window i starts at i*stride - padding",
    [WITHOUT_BIAS] = "the bias is missing",
    [BIAS_AGAIN] = "the bias is added once for every input channel",
    [SWAPPED] = "the weight is read as (C,O,KH,KW); it is (O,C,KH,KW)",
    [TURNED] = "the kernel is read with KH as the length of a row; a row has KW taps",
    [TRANSPOSED] = "the kernel is transposed: its row u goes with the picture's rows, its column v with the columns",
    [EDGES] = "outside the picture the nearest pixel is used; it is 0 there",
    [ONE_CHANNEL] = "only the first input channel is used",
    [WRAPPED] = "columns outside the picture read the row above or below: row and column each need a check",
    [ROW_OF_H] = "x is read with rows of H pixels; they are W long",
    [ONE_PICTURE] = "every picture of the batch gives the first one's result: x must move on with b",
};

static inline struct conv_shape random_shape(void) {
    struct conv_shape s = {.B = 2, .C = grade_int(2, 4), .H = grade_int(9, 12), .W = grade_int(13, 16)};
    s.O = s.C + grade_int(1, 2);
    s.KH = grade_int(2, 3);
    s.KW = s.KH + 1;
    s.stride = grade_int(2, 3);
    s.padding = grade_int(1, 2);
    s.dilation = 2;
    return s;
}

// A shape whose windows read the row and the column on either side of the picture's border, both inside and outside.
// (A random one may step over them.) Its output, too, is never square.
static inline struct conv_shape border_shape(void) {
    return (struct conv_shape){2, 3, 2 * grade_int(3, 4) + 1, 2 * grade_int(7, 8), 2, 3, 4, 2, 1, 1};
}

static inline int clamped(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

// What tap (u, v) of output pixel (i, j) reads in x (C,H,W), channel c.
static inline double read_tap(const float *x, struct conv_shape s, int c, int u, int v, int i, int j, enum slip slip) {
    int padding = slip == UNSHIFTED ? 0 : s.padding, stride = slip == UNSTRIDED ? 1 : s.stride;
    int dilation = slip == UNDILATED ? 1 : s.dilation;
    int row = (slip == SHIFTED ? (i - padding) * stride : i * stride - padding) + u * dilation;
    int column = (slip == SHIFTED ? (j - padding) * stride : j * stride - padding) + v * dilation;
    if (slip == EDGES) {
        row = clamped(row, 0, s.H - 1);
        column = clamped(column, 0, s.W - 1);
    }
    bool inside = row >= 0 && row < s.H && column >= 0 && column < s.W;
    int place = row * s.W + column;
    if (slip == WRAPPED) inside = place >= 0 && place < s.H * s.W;
    if (slip == ROW_OF_H) place = row * s.H + column;  // still in x, which is wider than high
    return inside ? (double)x[c * s.H * s.W + place] : 0;
}

static inline double weight_at(const float *weight, struct conv_shape s, int o, int c, int u, int v, enum slip slip) {
    if (slip == FLIPPED) {
        u = s.KH - 1 - u;
        v = s.KW - 1 - v;
    }
    int kernel = slip == SWAPPED ? c * s.O + o : o * s.C + c;
    int tap = slip == TURNED ? u * s.KH + v : slip == TRANSPOSED ? v * s.KH + u : u * s.KW + v;
    return (double)weight[kernel * s.KH * s.KW + tap];
}

// Places by counting, so that this file does not lean on exercise 02.1.
static inline int out_size(int n, int kernel, int stride, int padding, int dilation) {
    return (int)places((struct size_case){n, kernel, stride, padding, dilation, 0});
}

static inline int out_height(struct conv_shape s) {
    return out_size(s.H, s.KH, s.stride, s.padding, s.dilation);
}

static inline int out_width(struct conv_shape s) {
    return out_size(s.W, s.KW, s.stride, s.padding, s.dilation);
}

static inline double *convolve(const float *x, const float *weight, const float *bias, struct conv_shape s,
                               enum slip slip) {
    int OH = out_height(s), OW = out_width(s), at = 0;
    double *out = grade_doubles(s.B * s.O * OH * OW);
    for (int b = 0; b < s.B; b++)
        for (int o = 0; o < s.O; o++)
            for (int i = 0; i < OH; i++)
                for (int j = 0; j < OW; j++, at++) {
                    int copies = slip == WITHOUT_BIAS || !bias ? 0 : slip == BIAS_AGAIN ? s.C : 1;
                    double sum = copies > 0 ? copies * (double)bias[o] : 0;
                    for (int c = 0; c < (slip == ONE_CHANNEL ? 1 : s.C); c++)
                        for (int u = 0; u < s.KH; u++)
                            for (int v = 0; v < s.KW; v++)
                                sum += weight_at(weight, s, o, c, u, v, slip) *
                                       read_tap(x + (slip == ONE_PICTURE ? 0 : b) * s.C * s.H * s.W, s, c, u, v, i, j,
                                                slip);
                    out[at] = sum;
                }
    return out;
}

static const float hand_x[9] = {1, 2, 0, 0, 1, 3, 2, 1, 0}, hand_kernel[4] = {1, 2, 0, -1};

static const struct conv_shape hand_shape = {1, 1, 3, 3, 1, 2, 2, 1, 0, 1};

// cols of x (C,H,W). order: 0 rows (c,u,v); 1 rows (u,v,c); 2 rows (c,v,u); 3 transposed, one row for every pixel.
static inline double *columns(const float *x, struct conv_shape s, int order, enum slip slip) {
    int OH = out_height(s), OW = out_width(s), taps = s.C * s.KH * s.KW, pixels = OH * OW;
    double *cols = grade_doubles(taps * pixels);
    for (int p = 0; p < pixels; p++)
        for (int c = 0; c < s.C; c++)
            for (int u = 0; u < s.KH; u++)
                for (int v = 0; v < s.KW; v++) {
                    int row = order == 1   ? (u * s.KW + v) * s.C + c
                              : order == 2 ? (c * s.KW + v) * s.KH + u
                                           : (c * s.KH + u) * s.KW + v;
                    cols[order == 3 ? p * taps + row : row * pixels + p] =
                        read_tap(x, s, c, u, v, p / OW, p % OW, slip);
                }
    return cols;
}

static inline int pooled_height(struct pool_shape s) {
    return out_size(s.H, s.kernel, s.stride, s.padding, 1);
}

static inline int pooled_width(struct pool_shape s) {
    return out_size(s.W, s.kernel, s.stride, s.padding, 1);
}
