// All parameters in one array. One list names them, in order; everything else walks along it.
#include <stdio.h>
#include <stdlib.h>

#include "13-transformer/transformer.h"

enum { OUTSIDE = 5, PER_BLOCK = 12 };

struct list {
    struct gpt_tensor *tensor;
    int count;
    size_t at;
};

// Appends a piece; rows 0: this shape has none. layer -1: outside of the blocks.
static void add(struct list *l, const char *name, int layer, size_t field, int rows, int cols) {
    if (rows == 0) return;
    struct gpt_tensor *t = &l->tensor[l->count++];
    *t = (struct gpt_tensor){.layer = layer, .rows = rows, .cols = cols, .at = l->at, .decays = cols > 0};
    if (layer < 0) snprintf(t->name, sizeof t->name, "%s", name);
    else snprintf(t->name, sizeof t->name, "block.%d.%s", layer, name);
    t->size = (size_t)rows * (size_t)(cols ? cols : 1);
    t->field = field + (layer < 0 ? 0 : (size_t)layer * sizeof(struct block_weights));
    l->at += t->size;
}

static void add_block(struct list *l, const struct gpt_config *c, int layer) {
    int C = c->C, F = c->F, QKV = C + 2 * c->G * (C / c->H), bias = c->shape == GPT2;
    int U = c->shape == GPT2 ? F : 2 * F;
    add(l, "norm1", layer, offsetof(struct gpt_weights, block[0].norm1), C, 0);
    add(l, "norm1_bias", layer, offsetof(struct gpt_weights, block[0].norm1_bias), bias * C, 0);
    add(l, "qkv", layer, offsetof(struct gpt_weights, block[0].qkv), QKV, C);
    add(l, "qkv_bias", layer, offsetof(struct gpt_weights, block[0].qkv_bias), bias * QKV, 0);
    add(l, "proj", layer, offsetof(struct gpt_weights, block[0].proj), C, C);
    add(l, "proj_bias", layer, offsetof(struct gpt_weights, block[0].proj_bias), bias * C, 0);
    add(l, "norm2", layer, offsetof(struct gpt_weights, block[0].norm2), C, 0);
    add(l, "norm2_bias", layer, offsetof(struct gpt_weights, block[0].norm2_bias), bias * C, 0);
    add(l, "up", layer, offsetof(struct gpt_weights, block[0].up), U, C);
    add(l, "up_bias", layer, offsetof(struct gpt_weights, block[0].up_bias), bias * U, 0);
    add(l, "down", layer, offsetof(struct gpt_weights, block[0].down), C, F);
    add(l, "down_bias", layer, offsetof(struct gpt_weights, block[0].down_bias), bias * C, 0);
}

struct gpt_tensor *gpt_tensors(const struct gpt_config *c, int *count) {
    struct list l = {.tensor = alloc_zeroed(OUTSIDE + (size_t)c->L * PER_BLOCK, sizeof *l.tensor)};
    int bias = c->shape == GPT2;
    add(&l, "token_table", -1, offsetof(struct gpt_weights, token_table), c->V, c->C);
    add(&l, "position_table", -1, offsetof(struct gpt_weights, position_table), bias * c->T, c->C);
    for (int layer = 0; layer < c->L; layer++) add_block(&l, c, layer);
    add(&l, "norm", -1, offsetof(struct gpt_weights, norm), c->C, 0);
    add(&l, "norm_bias", -1, offsetof(struct gpt_weights, norm_bias), bias * c->C, 0);
    add(&l, "head", -1, offsetof(struct gpt_weights, head), c->tied ? 0 : c->V, c->C);
    *count = l.count;
    return l.tensor;
}

void gpt_point(struct gpt_weights *w, const struct gpt_config *c, float *params) {
    int count;
    struct gpt_tensor *t = gpt_tensors(c, &count);
    *w = (struct gpt_weights){0};
    for (int i = 0; i < count; i++) *(float **)((char *)w + t[i].field) = params + t[i].at;
    if (c->tied) w->head = w->token_table;
    free(t);
}
