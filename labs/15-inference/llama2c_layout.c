// Where the numbers of a llama2.c checkpoint lie.
#include <stdlib.h>
#include <string.h>

#include "15-inference/llama2c.h"

enum part { WHOLE, QUERIES, KEYS, VALUES, GATES, UPS, ANGLES };  // what of our tensor theirs holds

static const struct kind {
    const char *theirs, *ours;
    enum part part;
} kinds[] = {
    {"token_embedding_table", "token_table", WHOLE},
    {"rms_att_weight", "norm1", WHOLE},
    {"wq", "qkv", QUERIES},
    {"wk", "qkv", KEYS},
    {"wv", "qkv", VALUES},
    {"wo", "proj", WHOLE},
    {"rms_ffn_weight", "norm2", WHOLE},
    {"w1", "up", GATES},
    {"w2", "down", WHOLE},
    {"w3", "up", UPS},
    {"rms_final_weight", "norm", WHOLE},
    {"freq_cis_real", "", ANGLES},
    {"freq_cis_imag", "", ANGLES},
    {"wcls", "head", WHOLE},
};

static struct llama2c_piece piece_of(const struct kind *k, const struct gpt_tensor *t, const struct gpt_config *c) {
    size_t C = (size_t)c->C, D = C / (size_t)c->H, GD = (size_t)c->G * D, F = (size_t)c->F, first = 0;
    struct llama2c_piece p = {k->theirs, t->layer >= 0, 0, (size_t)t->rows, (size_t)t->cols, 0};
    if (k->part == QUERIES) p.rows = C, p.heads = c->H;
    if (k->part == KEYS) p.rows = GD, p.heads = c->G, first = C;
    if (k->part == VALUES) p.rows = GD, first = C + GD;
    if (k->part == GATES || k->part == UPS) p.rows = F, first = k->part == UPS ? F : 0;
    p.at = t->at + first * (p.cols > 0 ? p.cols : 1);
    return p;
}

static bool holds(const struct gpt_tensor *t, const struct kind *k) {
    const char *dot = strrchr(t->name, '.');  // block.3.qkv
    return strcmp(dot ? dot + 1 : t->name, k->ours) == 0;
}

struct llama2c_piece *llama2c_pieces(const struct gpt_config *c, int *count) {
    int tensors;
    struct gpt_tensor *tensor = gpt_tensors(c, &tensors);
    struct llama2c_piece *piece = alloc_zeroed((size_t)(COUNT(kinds) * (c->L + 1)), sizeof *piece);
    *count = 0;
    for (const struct kind *k = kinds; k < kinds + COUNT(kinds); k++) {
        if (k->part == ANGLES)
            piece[(*count)++] =
                (struct llama2c_piece){k->theirs, false, LLAMA2C_ANGLES, (size_t)c->T, (size_t)(c->C / c->H / 2), 0};
        for (int i = 0; i < tensors; i++)
            if (holds(&tensor[i], k)) piece[(*count)++] = piece_of(k, &tensor[i], c);
    }
    free(tensor);
    return piece;
}

size_t llama2c_piece_size(const struct llama2c_piece *p) {
    return p->rows * (p->cols > 0 ? p->cols : 1);
}

// Pair i of a head: rows 2i and 2i + 1 there, i and D/2 + i here.
size_t llama2c_row(const struct llama2c_piece *p, size_t row) {
    if (p->heads == 0) return row;
    size_t D = p->rows / (size_t)p->heads, head = row / D, d = row % D;
    return head * D + (d < D / 2 ? 2 * d : 2 * (d - D / 2) + 1);
}
