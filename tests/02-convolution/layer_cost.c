// Tests of layer_cost.c.
#include "02-convolution/definitions.h"

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
