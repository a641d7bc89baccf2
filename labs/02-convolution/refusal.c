// Why a layer is impossible.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "02-convolution/conv.h"

// Counts stay counts: a product that wraps around would look like a small, believable network.
int64_t count_times(int64_t a, int64_t b) {
    if (a < 0 || b < 0) return COUNT_OVERFLOW;
    return b != 0 && a > INT64_MAX / b ? COUNT_OVERFLOW : a * b;
}

int64_t count_plus(int64_t a, int64_t b) {
    if (a < 0 || b < 0) return COUNT_OVERFLOW;
    return a > INT64_MAX - b ? COUNT_OVERFLOW : a + b;
}

static bool refuse(char *reason, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool refuse(char *reason, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(reason, size, format, args);
    va_end(args);
    return true;
}

static bool has_window(const struct layer *l) {
    return l->kind != LAYER_LINEAR && l->kind != LAYER_UP;
}

// Numbers that are wrong whatever the input is.
static bool numbers_refused(char *reason, size_t size, const struct layer *l) {
    bool channels = l->kind == LAYER_CONV || l->kind == LAYER_TCONV || l->kind == LAYER_LINEAR;
    bool pool = l->kind == LAYER_MAX_POOL || l->kind == LAYER_AVG_POOL;
    if (channels && l->out < 1)
        return refuse(reason, size, "it has %" PRId64 " output channels; at least 1 is needed", l->out);
    if (l->kind != LAYER_LINEAR && l->stride < 1)
        return refuse(reason, size, "stride %" PRId64 ": the window would never move on; the stride is at least 1",
                      l->stride);
    if (!has_window(l)) return false;
    if (l->kernel < 1)
        return refuse(reason, size, "kernel %" PRId64 ": an empty window; the kernel is at least 1", l->kernel);
    if (l->dilation < 1)
        return refuse(reason, size, "dilation %" PRId64 ": it is at least 1, which means no gaps", l->dilation);
    if (l->padding < 0) return refuse(reason, size, "padding %" PRId64 ": it is at least 0", l->padding);
    if (pool && l->padding > l->kernel / 2)
        return refuse(reason, size,
                      "padding %" PRId64 " with kernel %" PRId64
                      ": some windows would hold nothing but padding; a pooling pads at most half its kernel",
                      l->padding, l->kernel);
    if (l->kind == LAYER_TCONV && (l->output_padding < 0 || l->output_padding >= l->stride))
        return refuse(reason, size, "output padding %" PRId64 ": it is in 0..stride-1, here 0..%" PRId64,
                      l->output_padding, l->stride - 1);
    return false;
}

// One axis, n pixels long.
static bool axis_refused(char *reason, size_t size, const struct layer *l, int64_t n, const char *axis) {
    int64_t span = count_plus(count_times(l->dilation, l->kernel - 1), 1);
    int64_t padding = count_times(2, l->padding);
    bool grows = l->kind == LAYER_TCONV;
    int64_t longest =
        grows ? count_plus(count_plus(count_times(n - 1, l->stride), span), l->output_padding) : count_plus(n, padding);
    if (span == COUNT_OVERFLOW || padding == COUNT_OVERFLOW || longest == COUNT_OVERFLOW)
        return refuse(reason, size, "its output's %s needs more than 63 bits", axis);
    if (!grows && span > longest)
        return refuse(reason, size,
                      "the kernel spans %" PRId64 " pixels, but the padded input's %s is only %" PRId64 " (%" PRId64
                      " and twice padding %" PRId64 "); use a smaller kernel or more padding",
                      span, axis, longest, n, l->padding);
    if (grows && longest <= padding)
        return refuse(reason, size,
                      "of a %s of %" PRId64 ", twice padding %" PRId64
                      " leaves nothing; use less padding or a larger kernel",
                      axis, longest, l->padding);
    return false;
}

bool layer_refused(char *reason, size_t size, const struct layer *l, struct feature_map in) {
    if (numbers_refused(reason, size, l)) return true;
    if (in.channels < 1 || in.height < 1 || in.width < 1)
        return refuse(reason, size, "its input is %" PRId64 "x%" PRId64 "x%" PRId64 "; every size is at least 1",
                      in.height, in.width, in.channels);
    if (has_window(l) &&
        (axis_refused(reason, size, l, in.height, "height") || axis_refused(reason, size, l, in.width, "width")))
        return true;
    if (l->kind == LAYER_UP && (count_times(in.height, l->stride) < 0 || count_times(in.width, l->stride) < 0))
        return refuse(reason, size, "its output size needs more than 63 bits");
    return false;
}

bool cost_refused(char *reason, size_t size, const struct layer_report *r) {
    if (r->params == COUNT_OVERFLOW) return refuse(reason, size, "its parameters need more than 63 bits to count");
    if (r->macs == COUNT_OVERFLOW)
        return refuse(reason, size, "its multiply-accumulates need more than 63 bits to count");
    if (count_times(r->map.channels, count_times(r->map.height, r->map.width)) == COUNT_OVERFLOW)
        return refuse(reason, size, "its output values need more than 63 bits to count");
    return false;
}
