// Chapter 02, convolution. Expected values: the chapter's examples, worked by hand; published totals of known networks;
// definitions in double that gather where the solutions scatter, or walk another way; and the adjoint's identity.
#include "02-convolution/conv.h"
#include "grade/grade.h"

// ---- sizes ----------------------------------------------------------------------------------------------------------
struct size_case {
    int64_t n, kernel, stride, padding, dilation, extra;
};
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

// Counts the places one by one.
static int64_t places(struct size_case c) {
    int64_t count = 0;
    for (int64_t start = -c.padding; start + c.dilation * (c.kernel - 1) < c.n + c.padding; start += c.stride) count++;
    return count;
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

// ---- what layers see and cost ---------------------------------------------------------------------------------------
enum field_slip { RIGHT_FIELD, JUMP_FIRST, WHOLE_KERNEL, NO_DILATION, NO_JUMP, JUMP_REPLACED, JUMP_ADDED, FIELD_SLIPS };

// field and jump (L) after each of L windows. windows (L,3): kernel, stride, dilation
static void trace_fields(double *field, double *jump, const int *windows, int L, enum field_slip slip) {
    double f = 1, j = 1;
    for (int l = 0; l < L; l++) {
        const int *w = windows + 3 * l;
        double next = slip == JUMP_REPLACED ? w[1] : slip == JUMP_ADDED ? j + w[1] : j * w[1];
        double reach = (slip == WHOLE_KERNEL ? w[0] : w[0] - 1) * (slip == NO_DILATION ? 1 : w[2]);
        f += reach * (slip == JUMP_FIRST ? next : slip == NO_JUMP ? 1 : j);
        j = next;
        field[l] = f;
        jump[l] = j;
    }
}

static void grade_windows(const char *what, const int *windows, int L) {
    static const char *const mistakes[FIELD_SLIPS] = {
        [JUMP_FIRST] = "the jump grows before the field: the taps of this window are still the old jump apart",
        [WHOLE_KERNEL] = "a window of k taps reaches k - 1 jumps further, not k",
        [NO_DILATION] = "the dilation is ignored: the taps are dilation*jump apart",
        [NO_JUMP] = "the jump is ignored: the taps are jump pixels apart, not one",
        [JUMP_REPLACED] = "the jump is set to the stride; strides multiply",
        [JUMP_ADDED] = "the stride is added to the jump; strides multiply",
    };
    float *fields = grade_output(L), *jumps = grade_output(L);
    double field = 1, jump = 1;
    for (int l = 0; l < L; l++) {
        receptive_field_step(&field, &jump, windows[3 * l], windows[3 * l + 1], windows[3 * l + 2]);
        fields[l] = (float)field;
        jumps[l] = (float)jump;
    }
    double *want[FIELD_SLIPS], *want_jump[FIELD_SLIPS];
    for (int slip = 0; slip < FIELD_SLIPS; slip++) {
        want[slip] = grade_doubles(L);
        want_jump[slip] = grade_doubles(L);
        trace_fields(want[slip], want_jump[slip], windows, L, (enum field_slip)slip);
    }
    char text[100];
    snprintf(text, sizeof text, "jump after each layer l of %s", what);
    suspect(mistakes[JUMP_REPLACED], want_jump[JUMP_REPLACED]);
    suspect(mistakes[JUMP_ADDED], want_jump[JUMP_ADDED]);
    grade_array(text, jumps, want_jump[RIGHT_FIELD], AXES("l", L), 1e-6);
    snprintf(text, sizeof text, "field after each layer l of %s", what);
    for (int slip = 1; slip < FIELD_SLIPS; slip++) suspect(mistakes[slip], want[slip]);
    grade_array(text, fields, want[RIGHT_FIELD], AXES("l", L), 1e-6);
}

EXERCISE(receptive_field_step, .number = "02.3", .points = 6) {
    double field = 1, jump = 1;
    receptive_field_step(&field, &jump, 5, 2, 1);
    suspect_scalar("the jump grows before the field: the taps of this window are still the old jump apart", 9);
    suspect_scalar("a window of k taps reaches k - 1 jumps further, not k", 6);
    grade_scalar("field after kernel 5, stride 2, on the picture", field, 5, 1e-9);
    grade_scalar("jump after kernel 5, stride 2, on the picture", jump, 2, 1e-9);
    receptive_field_step(&field, &jump, 3, 1, 1);
    suspect_scalar("the jump is ignored: the taps are 2 pixels apart, not one", 7);
    grade_scalar("field after a further kernel 3, stride 1", field, 9, 1e-9);
    int windows[15];
    for (int l = 0; l < 5; l++) {
        windows[3 * l] = grade_int(2, 7);
        windows[3 * l + 1] = grade_int(2, 3);
        windows[3 * l + 2] = grade_int(2, 4);
    }
    grade_windows("a random stack", windows, 5);
    field = 4, jump = 0.5;  // after an upsampling
    receptive_field_step(&field, &jump, 3, 1, 1);
    suspect_scalar("the jump was rounded to a whole number", 4);
    grade_scalar("field 4, jump 1/2, after kernel 3", field, 5, 1e-9);
}

EXERCISE(layer_cost, .number = "02.4", .points = 6) {
    int64_t params = -7, macs = -7;
    struct layer conv = {LAYER_CONV, .kernel = 3, .stride = 1, .padding = 1, .dilation = 1, .out = 8, .bias = true};
    layer_cost(&params, &macs, &conv, (struct feature_map){3, 28, 28}, (struct feature_map){8, 28, 28});
    suspect_scalar("the biases are missing: one for every filter", 216);
    suspect_scalar("a filter has a kernel for every input channel: 3x3x3, not 3x3", 80);
    suspect_scalar("one bias for all; every filter has its own", 217);
    suspect_scalar("a bias for every input channel; every filter, that is every output channel, has one", 219);
    grade_equal("parameters of 8 filters 3x3x3", params, 224);
    suspect_scalar("a bias is no multiplication", 169344 + 8 * 28 * 28);
    grade_equal("MACs of 8 filters 3x3x3 on 28x28", macs, 169344);

    struct feature_map in = {grade_int(2, 9), grade_int(20, 30), grade_int(31, 40)};
    struct layer l = {LAYER_CONV, .kernel = grade_int(2, 5), .stride = 2, .dilation = 1, .out = grade_int(10, 20)};
    struct feature_map out = {l.out, in.height / 2, in.width / 2};
    int64_t weights = out.channels * in.channels * l.kernel * l.kernel;
    layer_cost(&params, &macs, &l, in, out);
    suspect_scalar("this layer has no bias", (double)(weights + out.channels));
    grade_equal("parameters of a convolution without bias", params, weights);
    suspect_scalar("counted for every input pixel; a convolution computes one sum for every output pixel",
                   (double)(weights * in.height * in.width));
    grade_equal("MACs of a convolution with stride 2", macs, weights * out.height * out.width);

    l.kind = LAYER_TCONV;
    l.bias = true;
    layer_cost(&params, &macs, &l, out, in);
    weights = in.channels * out.channels * l.kernel * l.kernel;
    grade_equal("parameters of a transposed convolution", params, weights + in.channels);
    suspect_scalar("counted for every output pixel; here every input pixel makes one stamp",
                   (double)(weights * in.height * in.width));
    grade_equal("MACs of a transposed convolution", macs, weights * out.height * out.width);

    struct layer linear = {LAYER_LINEAR, .out = grade_int(5, 50), .bias = true};
    weights = linear.out * in.channels * in.height * in.width;
    layer_cost(&params, &macs, &linear, in, (struct feature_map){linear.out, 1, 1});
    suspect_scalar("a linear layer joins every value, not every channel",
                   (double)(linear.out * in.channels + linear.out));
    grade_equal("parameters of a linear layer", params, weights + linear.out);
    grade_equal("MACs of a linear layer", macs, weights);

    struct layer pool = {LAYER_MAX_POOL, .kernel = 2, .stride = 2, .dilation = 1, .bias = true};
    layer_cost(&params, &macs, &pool, in, (struct feature_map){in.channels, out.height, out.width});
    grade_equal("parameters of a pooling", params, 0);
    grade_equal("MACs of a pooling", macs, 0);

    struct layer huge = {LAYER_CONV, .kernel = 3, .stride = 1, .padding = 1, .dilation = 1, .out = INT64_C(1) << 31};
    struct feature_map wide = {INT64_C(1) << 31, 1, 1};
    layer_cost(&params, &macs, &huge, wide, (struct feature_map){huge.out, 1, 1});
    grade_true(params == COUNT_OVERFLOW && macs == COUNT_OVERFLOW,
               "9 * 2^62 parameters do not fit 64 bits: expected COUNT_OVERFLOW (-1) for both, got %ld and %ld\n"
               "looks like: multiplied with *; count_times notices the overflow",
               (long)params, (long)macs);
}

static struct layer window(enum layer_kind kind, int kernel, int stride, int padding, int out) {
    return (struct layer){kind,          .kernel = kernel, .stride = stride, .padding = padding,
                          .dilation = 1, .out = out,       .bias = true};
}

struct row {
    long channels, height, width, params, macs, field;
    double jump;
};

static void grade_stack(const char *name, struct feature_map input, const struct layer *layers, int n,
                        const struct row *want) {
    struct layer_report reports[16] = {0};
    char reason[256] = "", what[120];
    int possible = stack_trace(reports, reason, sizeof reason, input, layers, n);
    grade_true(possible == n, "%s: all %d layers are possible, but layer %d was refused: %s", name, n, possible + 1,
               reason);
    for (int i = 0; i < n; i++) {
        const struct layer_report *r = &reports[i];
        grade_true(
            r->map.channels == want[i].channels && r->map.height == want[i].height && r->map.width == want[i].width,
            "%s: after layer %d the map is %ldx%ldx%ld (height x width x channels), expected %ldx%ldx%ld", name, i + 1,
            (long)r->map.height, (long)r->map.width, (long)r->map.channels, want[i].height, want[i].width,
            want[i].channels);
        snprintf(what, sizeof what, "%s: parameters of layer %d", name, i + 1);
        long sum = 0;
        for (int k = 0; k <= i; k++) sum += want[k].params;
        if (i > 0) suspect_scalar("the sum so far; each report holds its own layer's parameters alone", (double)sum);
        grade_equal(what, r->params, want[i].params);
        snprintf(what, sizeof what, "%s: MACs of layer %d", name, i + 1);
        grade_equal(what, r->macs, want[i].macs);
        snprintf(what, sizeof what, "%s: receptive field after layer %d", name, i + 1);
        double first = i > 0 ? reports[i - 1].jump * (double)layers[i].stride : 0;
        if (layers[i].kind == LAYER_TCONV || layers[i].kind == LAYER_UP) {
            double kernel = layers[i].kind == LAYER_UP ? (double)layers[i].stride : (double)layers[i].kernel;
            suspect_scalar("the jump is divided by the stride before the window runs, not after it",
                           i > 0 ? reports[i - 1].field + (kernel - 1) * reports[i - 1].jump : 0);
            suspect_scalar("upsampling brings neighbours closer: the jump is divided by the stride, not multiplied",
                           i > 0 ? reports[i - 1].field + (kernel - 1) * first : 0);
        }
        if (layers[i].kind == LAYER_LINEAR && i > 0) {
            const struct layer_report *b = &reports[i - 1];
            suspect_scalar("a linear layer's window is as long as the map's longer side; all its pixels are counted",
                           b->field + (double)(b->map.height * b->map.width - 1) * b->jump);
            suspect_scalar("a linear layer has no kernel of its own: its window is the whole map", b->field - b->jump);
        }
        if (layers[i].kind == LAYER_UP && i > 0)
            suspect_scalar("an upsampling has no kernel of its own: its window is as long as its stride",
                           reports[i - 1].field - reports[i - 1].jump / (double)layers[i].stride);
        grade_scalar(what, r->field, (double)want[i].field, 1e-9);
        snprintf(what, sizeof what, "%s: jump after layer %d", name, i + 1);
        if (layers[i].kind == LAYER_TCONV || layers[i].kind == LAYER_UP)
            suspect_scalar("upsampling brings neighbours closer: the jump is divided by the stride, not multiplied",
                           first);
        grade_scalar(what, r->jump, want[i].jump, 1e-9);
    }
}

EXERCISE(stack_trace, .number = "02.5", .points = 8,
         .needs = "conv_output_size conv_transpose_output_size receptive_field_step layer_cost") {
    struct layer classical[] = {window(LAYER_CONV, 5, 2, 1, 1), window(LAYER_MAX_POOL, 3, 1, 0, 0),
                                window(LAYER_CONV, 3, 1, 1, 1)};
    grade_stack("200x200", (struct feature_map){1, 200, 200}, classical, 3,
                (struct row[]){{1, 99, 99, 26, 245025, 5, 2}, {1, 97, 97, 0, 0, 9, 2}, {1, 97, 97, 10, 84681, 13, 2}});

    // LeNet-5: 61,706 parameters in all, as published wherever it is written down; its last map sees 32 of 32 pixels.
    struct layer lenet[] = {window(LAYER_CONV, 5, 1, 0, 6),           window(LAYER_AVG_POOL, 2, 2, 0, 0),
                            window(LAYER_CONV, 5, 1, 0, 16),          window(LAYER_AVG_POOL, 2, 2, 0, 0),
                            {LAYER_LINEAR, .out = 120, .bias = true}, {LAYER_LINEAR, .out = 84, .bias = true},
                            {LAYER_LINEAR, .out = 10, .bias = true}};
    grade_stack("LeNet-5", (struct feature_map){1, 32, 32}, lenet, 7,
                (struct row[]){{6, 28, 28, 156, 117600, 5, 1},
                               {6, 14, 14, 0, 0, 6, 2},
                               {16, 10, 10, 2416, 240000, 14, 2},
                               {16, 5, 5, 0, 0, 16, 4},
                               {120, 1, 1, 48120, 48000, 32, 4},
                               {84, 1, 1, 10164, 10080, 32, 4},
                               {10, 1, 1, 850, 840, 32, 4}});

    // Down by 4 and up again: after the stride-2 convolutions neighbours are 4 pixels apart, at the end 1 again.
    struct layer up_and_down[] = {window(LAYER_CONV, 3, 2, 1, 4),
                                  window(LAYER_CONV, 3, 2, 1, 4),
                                  window(LAYER_TCONV, 4, 2, 1, 2),
                                  {LAYER_UP, .stride = 2}};
    grade_stack("down and up", (struct feature_map){1, 28, 36}, up_and_down, 4,
                (struct row[]){{4, 14, 18, 40, 9072, 3, 2},
                               {4, 7, 9, 148, 9072, 7, 4},
                               {2, 14, 18, 130, 8064, 13, 2},
                               {2, 28, 36, 0, 0, 14, 1}});

    struct layer_report reports[3];
    char reason[256] = "";
    struct layer too_large[] = {window(LAYER_CONV, 3, 2, 0, 2), window(LAYER_CONV, 5, 1, 0, 2)};
    int refused = stack_trace(reports, reason, sizeof reason, (struct feature_map){1, 7, 9}, too_large, 2);
    grade_equal("7x9 -> conv 3/0/2 -> conv 5/0/1: the layer that is refused", refused, 1);
    grade_true(strstr(reason, "kernel") != NULL, "the reason must name the kernel, and is: '%s'", reason);
    grade_equal("7x9 -> conv 3/0/2: height before the refused layer", reports[0].map.height, 3);
}

// ---- convolution ----------------------------------------------------------------------------------------------------
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

static struct conv_shape random_shape(void) {
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
static struct conv_shape border_shape(void) {
    return (struct conv_shape){2, 3, 2 * grade_int(3, 4) + 1, 2 * grade_int(7, 8), 2, 3, 4, 2, 1, 1};
}

static int clamped(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}

// What tap (u, v) of output pixel (i, j) reads in x (C,H,W), channel c.
static double read_tap(const float *x, struct conv_shape s, int c, int u, int v, int i, int j, enum slip slip) {
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

static double weight_at(const float *weight, struct conv_shape s, int o, int c, int u, int v, enum slip slip) {
    if (slip == FLIPPED) {
        u = s.KH - 1 - u;
        v = s.KW - 1 - v;
    }
    int kernel = slip == SWAPPED ? c * s.O + o : o * s.C + c;
    int tap = slip == TURNED ? u * s.KH + v : slip == TRANSPOSED ? v * s.KH + u : u * s.KW + v;
    return (double)weight[kernel * s.KH * s.KW + tap];
}

// Places by counting, so that this file does not lean on exercise 02.1.
static int out_size(int n, int kernel, int stride, int padding, int dilation) {
    return (int)places((struct size_case){n, kernel, stride, padding, dilation, 0});
}
static int out_height(struct conv_shape s) {
    return out_size(s.H, s.KH, s.stride, s.padding, s.dilation);
}
static int out_width(struct conv_shape s) {
    return out_size(s.W, s.KW, s.stride, s.padding, s.dilation);
}

static double *convolve(const float *x, const float *weight, const float *bias, struct conv_shape s, enum slip slip) {
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

// ---- im2col ---------------------------------------------------------------------------------------------------------
// cols of x (C,H,W). order: 0 rows (c,u,v); 1 rows (u,v,c); 2 rows (c,v,u); 3 transposed, one row for every pixel.
static double *columns(const float *x, struct conv_shape s, int order, enum slip slip) {
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

// ---- transposed convolution -----------------------------------------------------------------------------------------
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

// ---- pooling --------------------------------------------------------------------------------------------------------
enum pool_slip { POOL_RIGHT, FROM_ZERO, LAST, IN_WINDOW, IN_BATCH, IN_OUTPUT, TURNED_PLACE, POOL_UNSHIFTED };

// Odd sizes: with stride 2 as with 1 the last window then reaches over the border.
static struct pool_shape random_pool(void) {
    struct pool_shape s = {.B = 2, .C = 3, .H = 2 * grade_int(3, 4) + 1, .W = 2 * grade_int(5, 6) + 1, .kernel = 3};
    s.stride = grade_int(1, 2);
    s.padding = 1;
    return s;
}
static int pooled_height(struct pool_shape s) {
    return out_size(s.H, s.kernel, s.stride, s.padding, 1);
}
static int pooled_width(struct pool_shape s) {
    return out_size(s.W, s.kernel, s.stride, s.padding, 1);
}

static void pool_definition(double *best, double *places_of, const float *x, struct pool_shape s, enum pool_slip slip) {
    int OH = pooled_height(s), OW = pooled_width(s), padding = slip == POOL_UNSHIFTED ? 0 : s.padding, at = 0;
    for (int bc = 0; bc < s.B * s.C; bc++)
        for (int i = 0; i < OH; i++)
            for (int j = 0; j < OW; j++, at++) {
                best[at] = slip == FROM_ZERO ? 0 : -INFINITY;
                places_of[at] = 0;
                for (int k = 0; k < s.H * s.W; k++) {
                    int u = k / s.W - i * s.stride + padding, v = k % s.W - j * s.stride + padding;
                    if (u < 0 || u >= s.kernel || v < 0 || v >= s.kernel) continue;
                    double value = (double)x[bc * s.H * s.W + k];
                    if (value < best[at] || (value == best[at] && slip != LAST)) continue;
                    best[at] = value;
                    places_of[at] = slip == IN_WINDOW      ? u * s.kernel + v
                                    : slip == IN_BATCH     ? bc * s.H * s.W + k
                                    : slip == IN_OUTPUT    ? k / s.W * OW + k % s.W
                                    : slip == TURNED_PLACE ? k % s.W * s.H + k / s.W
                                                           : k;
                }
            }
}

// Checks places (planes,OH,OW) that were found in x.
static void grade_places(const char *what, const int *argmax, const float *x, struct pool_shape s) {
    static const struct {
        enum pool_slip slip;
        const char *mistake;
    } wrong[] = {
        {LAST, "of equal pixels the last one is taken; it is the first (> and not >=)"},
        {IN_WINDOW, "the place is counted within the window; it is row*W + column in the plane of x"},
        {IN_BATCH, "the place is counted in the whole batch; every plane starts at 0 again"},
        {IN_OUTPUT, "the place is row*OW + column; rows of x are W long"},
        {TURNED_PLACE, "the place is column*H + row; it is row*W + column"},
    };
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW;
    float *got = grade_output(n);
    for (int k = 0; k < n; k++) got[k] = (float)argmax[k];
    double *want = grade_doubles(n), *unused = grade_doubles(n);
    pool_definition(unused, want, x, s, POOL_RIGHT);
    for (int w = 0; w < COUNT(wrong); w++) {
        double *values = grade_doubles(n);
        pool_definition(unused, values, x, s, wrong[w].slip);
        suspect(wrong[w].mistake, values);
    }
    grade_array(what, got, want, AXES("bcij", s.B, s.C, OH, OW), 1e-6);
}

EXERCISE(max_pool_forward, .number = "02.10", .points = 7, .needs = "conv_output_size") {
    const float hand[16] = {1, 3, 2, 0, 4, 2, 1, 5, 0, 1, 9, 6, 2, 3, 7, 8};
    float *out = grade_output(4), *x = grade_copy(hand, 16);
    int *argmax = grade_ints(4, -7, -7);
    max_pool_forward(out, argmax, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_array("the 4x4 picture of section 2.7", out, (double[]){4, 5, 3, 9}, AXES("ij", 2, 2), 1e-6);
    grade_places("its argmax", argmax, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_ints_equal("its argmax", argmax, (int[]){4, 7, 13, 10}, AXES("ij", 2, 2));

    // Negative, so that a 0 from the padding would win; whole numbers, so that some are equal.
    struct pool_shape s = random_pool();
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW, pixels = s.B * s.C * s.H * s.W;
    float values[6 * 9 * 13];
    for (int k = 0; k < pixels; k++) values[k] = (float)grade_int(-6, -1);
    x = grade_copy(values, pixels);
    out = grade_output(n);
    argmax = grade_ints(n, -7, -7);
    max_pool_forward(out, argmax, x, s);
    double *want = grade_doubles(n), *zero = grade_doubles(n), *unshifted = grade_doubles(n),
           *unused = grade_doubles(n);
    double *bordered = grade_doubles(n);
    pool_definition(want, unused, x, s, POOL_RIGHT);
    pool_definition(zero, unused, x, s, FROM_ZERO);
    pool_definition(unshifted, unused, x, s, POOL_UNSHIFTED);
    for (int k = 0; k < n; k++) {  // windows that reach over the border
        int top = k / OW % OH * s.stride - s.padding, left = k % OW * s.stride - s.padding;
        bool inside = top >= 0 && left >= 0 && top + s.kernel <= s.H && left + s.kernel <= s.W;
        bordered[k] = inside ? want[k] : 0;
    }
    suspect("the search starts from 0, so a window of negative pixels gives 0: start from a pixel, or from -infinity",
            zero);
    suspect("the padding counts as 0, and beats negative pixels; it must never win", bordered);
    suspect("the padding does not move the window: it starts at i*stride - padding", unshifted);
    grade_array("out", out, want, AXES("bcij", s.B, s.C, OH, OW), 1e-6);

    grade_places("argmax", argmax, x, s);
    grade_unchanged("x", x);
}

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

EXERCISE(avg_pool_forward, .number = "02.12", .points = 5, .needs = "conv_output_size") {
    const float hand[16] = {1, 3, 2, 0, 4, 2, 1, 5, 0, 1, 9, 6, 2, 3, 7, 8};
    float *out = grade_output(4), *x = grade_copy(hand, 16);
    avg_pool_forward(out, x, (struct pool_shape){1, 1, 4, 4, 2, 2, 0});
    grade_array("the 4x4 picture of section 2.7", out, (double[]){2.5, 2, 1.5, 7.5}, AXES("ij", 2, 2), 1e-6);

    struct pool_shape s = random_pool();
    int OH = pooled_height(s), OW = pooled_width(s), n = s.B * s.C * OH * OW;
    x = grade_floats(s.B * s.C * s.H * s.W);
    out = grade_output(n);
    avg_pool_forward(out, x, s);
    double *want = grade_doubles(n), *sums = grade_doubles(n), *counted = grade_doubles(n);
    for (int k = 0; k < n; k++) {
        int top = k / OW % OH * s.stride - s.padding, left = k % OW * s.stride - s.padding, inside = 0;
        for (int row = 0; row < s.H; row++)
            for (int column = 0; column < s.W; column++) {
                if (row < top || row >= top + s.kernel || column < left || column >= left + s.kernel) continue;
                sums[k] += (double)x[(k / (OH * OW) * s.H + row) * s.W + column];
                inside++;
            }
        want[k] = sums[k] / inside;
        counted[k] = sums[k] / (s.kernel * s.kernel);
    }
    suspect("divided by kernel^2 everywhere, so pixels of the padding count as black; divide by those inside x",
            counted);
    suspect("the sum is not divided", sums);
    grade_array("out", out, want, AXES("bcij", s.B, s.C, OH, OW), 1e-5);
    grade_unchanged("x", x);
}

// ---- upsampling -----------------------------------------------------------------------------------------------------
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
