// The whole matrix against attention without it: the same numbers, bytes and seconds over the length of the text.
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "12-attention/show.h"

enum { HEADS = 4, WIDTH = 64 };

// One line of /proc/self/status in bytes, or -1 where there is none: "VmRSS:" what lies in memory now, "VmHWM:" the most
// that ever did.
static double status_bytes(const char *field) {
    FILE *f = fopen("/proc/self/status", "r");
    char line[200], format[40];
    double kib = -1.0;
    snprintf(format, sizeof format, "%s %%lf", field);
    while (f && fgets(line, sizeof line, f) && sscanf(line, format, &kib) != 1) kib = -1.0;
    if (f) fclose(f);
    return kib < 0.0 ? -1.0 : 1024.0 * kib;
}

// Makes the peak count from now on. Returns what lies in memory now, or -1 if this system cannot tell.
static double peak_restart(void) {
    malloc_trim(0);
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (!f) return -1.0;
    bool done = fputs("5", f) >= 0;
    done = fclose(f) == 0 && done;
    return done ? status_bytes("VmRSS:") : -1.0;
}

struct operands {
    struct attention a;
    size_t floats;            // of qkv
    float *qkv, *out, *dout;  // given to both ways
};

struct cost {
    double seconds, peak;  // peak: bytes more than before; -1 unknown
};

// Forward and backward by one way. dqkv (floats of qkv) is written.
static struct cost once(const struct operands *x, float *dqkv, bool flash) {
    const struct attention *a = &x->a;
    size_t step = (size_t)HEADS * WIDTH, kept = (size_t)a->B * a->H * a->T * (flash ? 1 : a->S);
    const float *q = x->qkv;
    memset(dqkv, 0, x->floats * sizeof *dqkv);
    double before = peak_restart(), start = clock_seconds();
    float *memory = alloc_floats(kept);
    if (flash) {
        flash_forward(x->out, memory, q, q + step, q + 2 * step, a);
        flash_backward(dqkv, dqkv + step, dqkv + 2 * step, x->dout, x->out, memory, q, q + step, q + 2 * step, a);
    } else {
        attention_forward(x->out, memory, q, q + step, q + 2 * step, a);
        attention_backward(dqkv, dqkv + step, dqkv + 2 * step, x->dout, memory, q, q + step, q + 2 * step, a);
    }
    struct cost c = {.seconds = clock_seconds() - start, .peak = -1.0};
    if (before >= 0.0) c.peak = fmax(0.0, status_bytes("VmHWM:") - before);
    free(memory);
    return c;
}

// The best of three where that is quick.
static struct cost best(const struct operands *x, float *dqkv, bool flash) {
    struct cost c = once(x, dqkv, flash);
    for (int i = 0; i < 2 && x->a.T <= 1024; i++) c.seconds = fmin(c.seconds, once(x, dqkv, flash).seconds);
    return c;
}

static double largest_difference(const float *a, const float *b, size_t n) {
    double difference = 0.0, largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        difference = fmax(difference, fabs((double)a[i] - (double)b[i]));
        largest = fmax(largest, fabs((double)a[i]));
    }
    return difference / largest;
}

static void one_length(int T, struct rng *r, struct csv_log *bytes, struct csv_log *times) {
    struct operands x = {.a = attention_self(1, T, HEADS, HEADS, WIDTH), .floats = (size_t)T * 3 * HEADS * WIDTH};
    x.a.causal = true;
    x.qkv = alloc_floats(x.floats);
    x.out = alloc_floats(x.floats / 3);
    x.dout = alloc_floats(x.floats / 3);
    float *d[2] = {alloc_floats(x.floats), alloc_floats(x.floats)}, *out = alloc_floats(x.floats / 3);
    for (size_t i = 0; i < x.floats; i++) x.qkv[i] = rng_normal(r);
    for (size_t i = 0; i < x.floats / 3; i++) x.dout[i] = rng_normal(r);
    struct cost naive = best(&x, d[0], false);
    for (size_t i = 0; i < x.floats / 3; i++) out[i] = x.out[i];
    struct cost flash = best(&x, d[1], true);
    double forward = largest_difference(out, x.out, x.floats / 3), backward = largest_difference(d[0], d[1], x.floats);
    const double MIB = 1024.0 * 1024.0;
    printf("  %5d  %9.2f %9.2f  %9.3f %9.2f  %8.1f %8.1f  %8.1e %8.1e\n", T, attention_bytes(&x.a) / MIB,
           naive.peak / MIB, flash_bytes(&x.a) / MIB, flash.peak / MIB, 1e3 * naive.seconds, 1e3 * flash.seconds,
           forward, backward);
    csv_row(bytes, "%d,%.0f,%.0f,%.3g,%.3g", T, attention_bytes(&x.a), flash_bytes(&x.a), forward, backward);
    csv_row(times, "%d,%.0f,%.0f,%.6f,%.6f", T, naive.peak, flash.peak, naive.seconds, flash.seconds);
    free(x.qkv);
    free(x.out);
    free(x.dout);
    free(d[0]);
    free(d[1]);
    free(out);
}

void show_memory(const struct options *o) {
    struct csv_log bytes, times;
    struct rng r;
    rng_seed(&r, o->seed, 10);
    csv_open(&bytes, o->out, "memory.csv", "T,naive,flash,forward,backward");
    csv_open(&times, o->out, "memory_time.csv", "T,naive_peak,flash_peak,naive,flash");
    printf("\nThe matrix and attention without it: 1 text, %d heads of %d, causal, forward and backward\n", HEADS,
           WIDTH);
    printf("  %5s  %19s  %19s  %17s  %17s\n", "", "matrix, MiB", "flash, MiB", "milliseconds", "difference");
    printf("  %5s  %9s %9s  %9s %9s  %8s %8s  %8s %8s\n", "T", "computed", "measured", "computed", "measured", "matrix",
           "flash", "out", "gradient");
    for (int T = 128; T <= o->longest; T *= 2) one_length(T, &r, &bytes, &times);
    csv_close(&bytes);
    csv_close(&times);
}
