// Tests of layer_size.c.
#include "02-convolution/definitions.h"

typedef int64_t (*size_rule)(struct size_case c);

struct named_rule {
    const char *mistake;
    size_rule rule;
};

enum { CASES = 60 };

static struct size_case random_case(void) {
    int stride = grade_int(2, 5);
    return (struct size_case){grade_int(12, 70), grade_int(2, 5), stride,
                              grade_int(1, 3),   grade_int(1, 2), grade_int(0, stride - 1)};
}

static int64_t places_rounded_up(struct size_case c) {
    return (c.n + 2 * c.padding - c.dilation * (c.kernel - 1) - 1 + c.stride - 1) / c.stride + 1;
}

static int64_t places_less_one(struct size_case c) {
    return places(c) - 1;
}

static int64_t places_padded_once(struct size_case c) {
    return (c.n + c.padding - c.dilation * (c.kernel - 1) - 1) / c.stride + 1;
}

static int64_t places_undilated(struct size_case c) {
    c.dilation = 1;
    return places(c);
}

static int64_t places_span_too_long(struct size_case c) {
    return (c.n + 2 * c.padding - c.dilation * c.kernel) / c.stride + 1;
}

static int64_t places_kernel_less_one(struct size_case c) {
    return (c.n + 2 * c.padding - c.dilation * (c.kernel - 1)) / c.stride + 1;
}

// The smallest input that has n places, and extra more.
static int64_t origin(struct size_case c) {
    struct size_case back = c;
    for (back.n = 1; places(back) < c.n; back.n++) continue;
    return back.n + c.extra;
}

static int64_t origin_stride_n(struct size_case c) {
    return origin(c) + c.stride;
}

static int64_t origin_without_extra(struct size_case c) {
    return origin(c) - c.extra;
}

static int64_t origin_padding_added(struct size_case c) {
    return origin(c) + 4 * c.padding;
}

static int64_t origin_padding_once(struct size_case c) {
    return origin(c) + c.padding;
}

static int64_t origin_padding_forgotten(struct size_case c) {
    return origin(c) + 2 * c.padding;
}

static int64_t origin_undilated(struct size_case c) {
    c.dilation = 1;
    return origin(c);
}

static int64_t origin_as_conv(struct size_case c) {
    return places(c);
}

// Checks one case after the other, and names a mistake only if it explains all of them.
static void grade_sizes(const char *function, bool transposed, const struct size_case *cases, const int64_t *got,
                        size_rule want, const struct named_rule *rules, int rule_count) {
    for (int i = 0; i < CASES; i++) {
        for (int r = 0; r < rule_count; r++) {
            bool explains = true;
            for (int k = 0; k < CASES && explains; k++) explains = got[k] == rules[r].rule(cases[k]);
            if (explains) suspect_scalar(rules[r].mistake, (double)rules[r].rule(cases[i]));
        }
        struct size_case c = cases[i];
        char what[200], last[32] = "";
        if (transposed) snprintf(last, sizeof last, ", output_padding %ld", (long)c.extra);
        snprintf(what, sizeof what, "%s for n %ld, kernel %ld, stride %ld, padding %ld, dilation %ld%s", function,
                 (long)c.n, (long)c.kernel, (long)c.stride, (long)c.padding, (long)c.dilation, last);
        grade_equal(what, got[i], want(c));
    }
}

EXERCISE(conv_output_size, .number = "02.1", .points = 6) {
    // Section 2.2: 200 -> conv 5/1/2 -> pool 3/0/1 -> conv 3/1/1 (kernel/padding/stride).
    suspect_scalar("the division must round down (C does, for numbers >= 0): a window that sticks out does not count",
                   100);
    suspect_scalar("the first place is not counted: + 1 is missing", 98);
    grade_equal("200 pixels, kernel 5, stride 2, padding 1", conv_output_size(200, 5, 2, 1, 1), 99);
    grade_equal("99 pixels, kernel 3, stride 1, padding 0", conv_output_size(99, 3, 1, 0, 1), 97);
    grade_equal("97 pixels, kernel 3, stride 1, padding 1", conv_output_size(97, 3, 1, 1, 1), 97);

    struct size_case cases[CASES];
    int64_t got[CASES];
    for (int i = 0; i < CASES; i++) {
        struct size_case c = cases[i] = random_case();
        got[i] = conv_output_size(c.n, c.kernel, c.stride, c.padding, c.dilation);
    }
    const struct named_rule rules[] = {
        {"the division rounds up; a window that sticks out does not count", places_rounded_up},
        {"the first place is not counted: + 1 is missing", places_less_one},
        {"the padding is added once; it stands on both sides", places_padded_once},
        {"the dilation is ignored", places_undilated},
        {"a dilated kernel spans dilation*(kernel-1) + 1 pixels, not dilation*kernel", places_span_too_long},
        {"a kernel of k taps spans k pixels, not k - 1", places_kernel_less_one},
    };
    grade_sizes("conv_output_size", false, cases, got, places, rules, COUNT(rules));

    // Room is -1: divided by 2, that is 0 in C.
    int n = grade_int(2, 9), padding = grade_int(0, 2);
    suspect_scalar("the window does not fit; in C -1/2 is 0, not -1, so the formula gives 1. Ask for the room first",
                   1);
    grade_equal("a kernel one pixel larger than the padded input",
                conv_output_size(n, n + 2 * padding + 1, 2, padding, 1), 0);
    suspect_scalar("a negative size; it is 0 where the window does not fit", -2);
    grade_equal("a kernel four pixels larger than the input", conv_output_size(n, n + 4, 1, 0, 1), 0);
    grade_equal("sizes beyond 32 bits", conv_output_size(6000000001, 3, 2, 1, 1), 3000000001);
}

EXERCISE(conv_transpose_output_size, .number = "02.2", .points = 5) {
    suspect_scalar("this is the size after a convolution; here sizes run the other way", 7);
    suspect_scalar("n stamps are n - 1 strides apart, not n; or the padding, on both sides, is not cut off", 30);
    suspect_scalar("the padding is cut off once; it stands on both sides", 29);
    suspect_scalar("the padding is added; it is cut off", 32);
    grade_equal("14 pixels, kernel 4, stride 2, padding 1", conv_transpose_output_size(14, 4, 2, 1, 1, 0), 28);
    struct size_case cases[CASES];
    int64_t got[CASES];
    for (int i = 0; i < CASES; i++) {
        struct size_case c = cases[i] = random_case();
        got[i] = conv_transpose_output_size(c.n, c.kernel, c.stride, c.padding, c.dilation, c.extra);
    }
    const struct named_rule rules[] = {
        {"n stamps are n - 1 strides apart, not n", origin_stride_n},
        {"output_padding is ignored", origin_without_extra},
        {"the padding is added; it is cut off", origin_padding_added},
        {"the padding is cut off once; it stands on both sides", origin_padding_once},
        {"the padding is ignored; it is cut off on both sides", origin_padding_forgotten},
        {"the dilation is ignored", origin_undilated},
        {"this is the size after a convolution; here sizes run the other way", origin_as_conv},
    };
    grade_sizes("conv_transpose_output_size", true, cases, got, origin, rules, COUNT(rules));
    suspect_scalar("a negative size; it is 0 where the padding cuts everything off", -3);
    grade_equal("1 pixel, kernel 3, stride 2, padding 3", conv_transpose_output_size(1, 3, 2, 3, 1, 0), 0);
}
