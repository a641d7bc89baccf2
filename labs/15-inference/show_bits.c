// Fewer bits: what a model weighs in each format and what it forgets; who should share a scale; which matrices mind
// most.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/half.h"
#include "15-inference/rounding.h"
#include "15-inference/show.h"

enum sharing { TENSOR, ROW, BLOCK, SHARINGS };
static const char *const sharing_name[SHARINGS] = {"matrix", "row", "block of 32"};

struct bits {
    const struct show *s;
    struct gpt_tensor *tensor;
    int tensors;
    size_t tests;      // documents
    struct gpt model;  // a copy, which is rounded
    struct progress bar;
    double done;
    double whole;  // the loss in F32
};

// ---- rounding -------------------------------------------------------------------------------------------------------
// The numbers that share a scale.
static size_t group_of(const struct gpt_tensor *t, enum sharing sharing) {
    return sharing == TENSOR ? t->size : sharing == ROW ? (size_t)t->cols : QUANT_BLOCK;
}

static void round_tensor(float *params, const struct gpt_tensor *t, int bits, enum sharing sharing) {
    const size_t group = group_of(t, sharing);
    for (size_t at = 0; at < t->size; at += group) round_together(params + t->at + at, group, bits);
}

static void round_to_f16(float *x, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = half_to_float(float_to_half(x[i]));
}

static const char *short_name(const struct gpt_tensor *t) {
    return strrchr(t->name, '.') ? strrchr(t->name, '.') + 1 : t->name;
}

// ---- measuring ------------------------------------------------------------------------------------------------------
// Of the model as it is rounded now; then it is as before again.
static double loss_of(struct bits *b) {
    const double loss = evaluate(&b->model, b->s->test, 0, b->tests, 16, NULL).loss;
    memcpy(b->model.params, b->s->params, b->model.parameters * sizeof(float));
    progress_update(&b->bar, ++b->done, "loss %.4f", loss);
    return loss;
}

// Of a decoder that computes with blocks.
static double loss_of_blocks(struct bits *b, enum number_type type, double *bytes) {
    struct decoder d;
    decoder_init(&d, b->s->config, b->s->params, type);
    const double loss = show_loss(&d, b->s->test, 0, b->tests);
    *bytes = (double)decoder_bytes(&d);
    decoder_free(&d);
    progress_update(&b->bar, ++b->done, "loss %.4f", loss);
    return loss;
}

static double rise(const struct bits *b, double loss) {
    return 100 * (exp(loss - b->whole) - 1);
}

static double bytes_in(const struct bits *b, enum number_type type) {
    double bytes = 0;
    for (int i = 0; i < b->tensors; i++)
        bytes += type_bytes(b->tensor[i].cols > 0 ? type : TYPE_F32, (double)b->tensor[i].size);
    return bytes;
}

static void show_formats(struct bits *b) {
    struct csv_log log;
    double loss[NUMBER_TYPES], bytes[NUMBER_TYPES];
    csv_open(&log, b->s->out, "bits_formats.csv", "format,bytes,loss,perplexity,rise_percent");
    for (int type = 0; type < NUMBER_TYPES; type++) {
        if (type == TYPE_F16) round_to_f16(b->model.params, b->model.parameters);
        if (type == TYPE_BF16) bf16_round(b->model.params, b->model.parameters);
        bytes[type] = bytes_in(b, (enum number_type)type);
        loss[type] = type < TYPE_Q8_0 ? loss_of(b) : loss_of_blocks(b, (enum number_type)type, &bytes[type]);
        if (type == TYPE_F32) b->whole = loss[type];
        csv_row(&log, "%s,%.0f,%.6f,%.5f,%.4f", number_type_name[type], bytes[type], loss[type], exp(loss[type]),
                rise(b, loss[type]));
    }
    csv_close(&log);
    progress_end(&b->bar, "%d formats", NUMBER_TYPES);
    printf("\nThe model in other formats, on %zu documents it has not seen (a table and a head of Q4_0 are Q8_0)\n",
           b->tests);
    printf("%-8s %10s %10s %12s %12s\n", "format", "bytes", "loss", "perplexity", "rise");
    for (int type = 0; type < NUMBER_TYPES; type++)
        printf("%-8s %10.0f %10.4f %12.4f %+11.2f%%\n", number_type_name[type], bytes[type], loss[type],
               exp(loss[type]), rise(b, loss[type]));
}

// The layers' matrices rounded; returns the loss, and in *size how many bits a weight takes, its share of the scale
// included.
static double loss_of_sharing(double *size, struct bits *b, int bits, enum sharing sharing) {
    double weights = 0, scales = 0;
    for (int i = 0; i < b->tensors; i++) {
        const struct gpt_tensor *t = &b->tensor[i];
        if (!rounding_suits(t) || t->layer < 0) continue;
        round_tensor(b->model.params, t, bits, sharing);
        weights += (double)t->size;
        scales += (double)t->size / (double)group_of(t, sharing);
    }
    *size = bits + 16 * scales / weights;
    return loss_of(b);
}

// The same matrices each time; only the bits and how many numbers share a scale differ.
static void show_sharing(struct bits *b) {
    static const int bits[] = {8, 4, 3, 2};
    struct csv_log log;
    double loss[COUNT(bits)][SHARINGS], size[COUNT(bits)][SHARINGS];
    csv_open(&log, b->s->out, "bits_sharing.csv", "bits,sharing,bits_per_weight,loss,rise_percent");
    progress_start(&b->bar, "scales", COUNT(bits) * SHARINGS, "models");
    b->done = 0;
    for (int k = 0; k < COUNT(bits); k++)
        for (int i = 0; i < SHARINGS; i++) {
            loss[k][i] = loss_of_sharing(&size[k][i], b, bits[k], (enum sharing)i);
            csv_row(&log, "%d,%s,%.4f,%.6f,%.4f", bits[k], sharing_name[i], size[k][i], loss[k][i],
                    rise(b, loss[k][i]));
        }
    csv_close(&log);
    progress_end(&b->bar, "three ways to share a scale");
    printf(
        "\nWho shares a scale? Only the layers' matrices are rounded: bits a weight takes, and the rise in "
        "perplexity\n");
    printf("%-14s", "one scale for");
    for (int k = 0; k < COUNT(bits); k++) printf("      %d bits        ", bits[k]);
    for (int i = 0; i < SHARINGS; i++) {
        printf("\n%-14s", sharing_name[i]);
        for (int k = 0; k < COUNT(bits); k++) printf("  %5.2f %+10.2f%%", size[k][i], rise(b, loss[k][i]));
    }
    printf("\n");
}

// One kind of matrix rounded to four bits, all others whole.
static void show_sensitive(struct bits *b) {
    static const char *const kind[] = {"token_table", "qkv", "proj", "up", "down"};
    struct csv_log log;
    double loss[COUNT(kind)], weights[COUNT(kind)];
    csv_open(&log, b->s->out, "bits_sensitive.csv", "matrices,weights,loss,rise_percent");
    progress_start(&b->bar, "matrices", COUNT(kind), "models");
    b->done = 0;
    for (int k = 0; k < COUNT(kind); k++) {
        weights[k] = 0;
        for (int i = 0; i < b->tensors; i++) {
            const struct gpt_tensor *t = &b->tensor[i];
            if (t->cols == 0 || strcmp(short_name(t), kind[k]) != 0 || t->size % QUANT_BLOCK) continue;
            round_tensor(b->model.params, t, 4, BLOCK);
            weights[k] += (double)t->size;
        }
        loss[k] = loss_of(b);
        csv_row(&log, "%s,%.0f,%.6f,%.4f", kind[k], weights[k], loss[k], rise(b, loss[k]));
    }
    csv_close(&log);
    progress_end(&b->bar, "each kind of matrix alone in 4 bits");
    printf("\nWhich matrices mind? One kind at a time in blocks of 4 bits\n");
    printf("%-14s %10s %10s %18s\n", "matrices", "weights", "rise", "per 10,000 weights");
    for (int k = 0; k < COUNT(kind); k++)
        printf("%-14s %10.0f %+9.2f%% %+17.3f%%\n", kind[k], weights[k], rise(b, loss[k]),
               weights[k] > 0 ? 1e4 * rise(b, loss[k]) / weights[k] : 0);
}

// ---- what rounding does to one block --------------------------------------------------------------------------------
// A block of the first layer's qkv, with the scale of its matrix and with its own.
static void show_levels(struct bits *b) {
    const struct gpt_tensor *t = b->tensor;
    while (strcmp(short_name(t), "qkv") != 0) t++;
    float *w = alloc_floats(t->size), *own = alloc_floats(t->size), *shared = alloc_floats(t->size);
    struct csv_log log;
    memcpy(w, b->s->params + t->at, t->size * sizeof *w);
    for (int copy = 0; copy < 2; copy++) {
        float *to = copy ? own : shared;
        memcpy(to, w, t->size * sizeof *w);
        for (size_t at = 0, group = group_of(t, copy ? BLOCK : TENSOR); at < t->size; at += group)
            round_together(to + at, group, 4);
    }
    csv_open(&log, b->s->out, "bits_block.csv", "i,weight,matrix_scale,block_scale");
    for (int i = 0; i < QUANT_BLOCK; i++)
        csv_row(&log, "%d,%.6f,%.6f,%.6f", i, (double)w[i], (double)shared[i], (double)own[i]);
    csv_close(&log);
    double error[2] = {0};
    for (size_t i = 0; i < t->size; i++) {
        error[0] += pow((double)shared[i] - (double)w[i], 2);
        error[1] += pow((double)own[i] - (double)w[i], 2);
    }
    printf("\nRounding error of %s in 4 bits: %.5f with one scale, %.5f with a scale for every 32 (root mean square)\n",
           t->name, sqrt(error[0] / (double)t->size), sqrt(error[1] / (double)t->size));
    free(w);
    free(own);
    free(shared);
}

void show_bits(const struct show *s) {
    enum { TESTS = 400 };
    struct bits b = {.s = s};
    b.tensor = gpt_tensors(s->config, &b.tensors);
    b.tests = s->quick ? 8 : s->test->count < TESTS ? s->test->count : TESTS;
    show_copy(&b.model, s);
    gpt_reserve(&b.model, 16, s->test->T, false);
    progress_start(&b.bar, "formats", NUMBER_TYPES, "models");
    show_formats(&b);
    show_sharing(&b);
    show_sensitive(&b);
    show_levels(&b);
    gpt_free(&b.model);
    free(b.tensor);
}
