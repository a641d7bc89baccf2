// NF4 on this model's weights, against two other ways to spend four bits.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"
#include "17-lora/show.h"

enum format { NF4, EQUAL, Q4_0, FORMATS };
static const char *const format_name[FORMATS] = {"NF4, blocks of 64", "equal steps, blocks of 64",
                                                 "Q4_0, blocks of 32"};
static const char *const format_key[FORMATS] = {"nf4", "equal", "q4_0"};

// 16 levels from -1 to 1 at equal distances, and NF4's blocks: so that only the levels differ.
static void round_equally(float *out, const float *x, size_t n) {
    for (size_t at = 0; at < n; at += NF4_BLOCK) {
        float largest = 0;
        for (size_t i = at; i < at + NF4_BLOCK; i++) largest = fmaxf(largest, fabsf(x[i]));
        for (size_t i = at; i < at + NF4_BLOCK; i++) {
            const float step = largest > 0 ? roundf((x[i] / largest + 1) * 7.5f) : 0;
            out[i] = (step / 7.5f - 1) * largest;
        }
    }
}

static void round_to(float *out, const float *x, size_t n, enum format format) {
    if (format == EQUAL) round_equally(out, x, n);
    if (format == NF4) {
        struct nf4 *q = alloc_zeroed(n / NF4_BLOCK, sizeof *q);
        nf4_quantize(q, x, n);
        nf4_dequantize(out, q, n);
        free(q);
    }
    if (format == Q4_0) {
        struct block_q4_0 *q = alloc_zeroed(n / QUANT_BLOCK, sizeof *q);
        q4_0_quantize(q, x, n);
        q4_0_dequantize(out, q, n);
        free(q);
    }
}

static bool is_matrix(const struct gpt_tensor *t) {
    return t->layer >= 0 && t->cols > 0;
}

// The layers' matrices rounded, all else as it was. Returns the squared error, relative to the squares.
static double round_model(float *params, const struct lora_show *s, enum format format) {
    int count;
    struct gpt_tensor *t = gpt_tensors(s->config, &count);
    double error = 0, squares = 0;
    for (int i = 0; i < count; i++) {
        if (!is_matrix(&t[i])) continue;
        const float *x = s->pretrained + t[i].at;
        float *out = params + t[i].at;
        round_to(out, x, t[i].size, format);
        for (size_t k = 0; k < t[i].size; k++) {
            error += ((double)out[k] - x[k]) * ((double)out[k] - x[k]);
            squares += (double)x[k] * x[k];
        }
    }
    free(t);
    return error / squares;
}

static double loss_of(const float *params, const struct lora_show *s) {
    struct gpt m;
    stage_copy(&m, s->config, params);
    const double loss = old_text_loss(&m, s->old);
    gpt_free(&m);
    return loss;
}

static void show_formats(const struct lora_show *s) {
    const size_t n = gpt_parameters(s->config);
    const double whole = loss_of(s->pretrained, s);
    static const double bits[FORMATS] = {8.0 * sizeof(struct nf4) / NF4_BLOCK, 8.0 * sizeof(struct nf4) / NF4_BLOCK,
                                         8.0 * sizeof(struct block_q4_0) / QUANT_BLOCK};
    float *params = alloc_floats(n);
    struct csv_log log;
    csv_open(&log, s->out, "nf4.csv", "format,bits,relative_error,loss");
    printf("\nFour bits for the layers' matrices of chapter 14's model\n");
    printf("  %-28s %12s %16s %16s\n", "", "bits each", "squared error", "loss, old text");
    printf("  %-28s %12.2f %15.3f%% %16.4f\n", "floats", 32.0, 0.0, whole);
    csv_row(&log, "floats,32,0,%.6f", whole);
    for (enum format f = 0; f < FORMATS; f++) {
        memcpy(params, s->pretrained, n * sizeof(float));
        const double error = round_model(params, s, f), loss = loss_of(params, s);
        printf("  %-28s %12.2f %15.3f%% %16.4f\n", format_name[f], bits[f], 100 * error, loss);
        csv_row(&log, "%s,%.3f,%.6f,%.6f", format_key[f], bits[f], error, loss);
    }
    csv_close(&log);
    free(params);
}

// ---- the levels and the weights -------------------------------------------------------------------------------------
enum { BINS = 80 };

// How often each level is used, and how the weights, divided by their block's largest, are spread.
static void show_levels(const struct lora_show *s) {
    int count;
    struct gpt_tensor *t = gpt_tensors(s->config, &count);
    float levels[16];
    double used[16] = {0}, bin[BINS] = {0}, all = 0;
    nf4_levels(levels);
    for (int i = 0; i < count; i++) {
        if (!is_matrix(&t[i])) continue;
        const size_t blocks = t[i].size / NF4_BLOCK;
        struct nf4 *q = alloc_zeroed(blocks, sizeof *q);
        nf4_quantize(q, s->pretrained + t[i].at, t[i].size);
        for (size_t k = 0; k < t[i].size; k++) {
            const struct nf4 *block = &q[k / NF4_BLOCK];
            const float x = block->scale > 0 ? s->pretrained[t[i].at + k] / block->scale : 0;
            const int at = (int)((x + 1) / 2 * BINS);
            used[block->q[k % NF4_BLOCK / 2] >> (k % 2 * 4) & 15]++;
            bin[at < BINS ? at : BINS - 1]++;
            all++;
        }
        free(q);
    }
    free(t);
    struct csv_log log;
    csv_open(&log, s->out, "nf4_levels.csv", "level,used_percent,equal");
    printf("\nThe 16 levels of NF4, and how often this model's weights use them\n");
    for (int half = 0; half < 2; half++) {
        printf("  %-8s", "level");
        for (int i = 8 * half; i < 8 * half + 8; i++) printf(" %7.4f", (double)levels[i]);
        printf("\n  %-8s", "used");
        for (int i = 8 * half; i < 8 * half + 8; i++) printf(" %6.1f%%", 100 * used[i] / all);
        printf("\n");
    }
    for (int i = 0; i < 16; i++) csv_row(&log, "%.6f,%.4f,%.6f", (double)levels[i], 100 * used[i] / all, i / 7.5 - 1);
    csv_close(&log);
    csv_open(&log, s->out, "nf4_weights.csv", "value,percent");
    for (int i = 0; i < BINS; i++) csv_row(&log, "%.5f,%.4f", (i + 0.5) * 2 / BINS - 1, 100 * bin[i] / all);
    csv_close(&log);
}

void show_nf4(const struct lora_show *s) {
    show_formats(s);
    show_levels(s);
    struct peft_model floats, small;
    peft_init(&floats, s->config, s->pretrained, &(struct peft_plan){0}, s->seed);
    peft_init(&small, s->config, s->pretrained, &(struct peft_plan){.nf4 = true}, s->seed);
    const double before = (double)peft_base_bytes(&floats), after = (double)peft_base_bytes(&small);
    printf("\n  the base, with its table and norms in floats: %.0f bytes instead of %.0f, %.1f%%\n", after, before,
           100 * after / before);
    peft_free(&floats);
    peft_free(&small);
}
