// Weights under llama.cpp's names. Its matrices lie as ours do, rows of what goes out. Two things differ:
//     - queries, keys and values of a Llama are tensors of their own, as are the halves of the gated layer;
//     - its Llamas turn neighbours: the numbers 2i and 2i+1 of a head are a pair of RoPE. Here (and in transformers)
//       number i goes with i + D/2 (chapter 12). So the rows that make queries and keys change places within each head:
//           ours, D = 6:   0  1  2  3  4  5
//           theirs:        0  3  1  4  2  5
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"

enum part { WHOLE, QUERIES, KEYS, VALUES, GATES, UPS };  // what of our tensor theirs holds

struct name {
    const char *ours, *theirs;
    enum part part;
};

static const struct name gpt2_names[] = {
    {"token_table", "token_embd.weight", WHOLE},
    {"position_table", "position_embd.weight", WHOLE},
    {"norm1", "attn_norm.weight", WHOLE},
    {"norm1_bias", "attn_norm.bias", WHOLE},
    {"qkv", "attn_qkv.weight", WHOLE},
    {"qkv_bias", "attn_qkv.bias", WHOLE},
    {"proj", "attn_output.weight", WHOLE},
    {"proj_bias", "attn_output.bias", WHOLE},
    {"norm2", "ffn_norm.weight", WHOLE},
    {"norm2_bias", "ffn_norm.bias", WHOLE},
    {"up", "ffn_up.weight", WHOLE},
    {"up_bias", "ffn_up.bias", WHOLE},
    {"down", "ffn_down.weight", WHOLE},
    {"down_bias", "ffn_down.bias", WHOLE},
    {"norm", "output_norm.weight", WHOLE},
    {"norm_bias", "output_norm.bias", WHOLE},
    {"head", "output.weight", WHOLE},
};

static const struct name llama_names[] = {
    {"token_table", "token_embd.weight", WHOLE},
    {"norm1", "attn_norm.weight", WHOLE},
    {"qkv", "attn_q.weight", QUERIES},
    {"qkv", "attn_k.weight", KEYS},
    {"qkv", "attn_v.weight", VALUES},
    {"proj", "attn_output.weight", WHOLE},
    {"norm2", "ffn_norm.weight", WHOLE},
    {"up", "ffn_gate.weight", GATES},
    {"up", "ffn_up.weight", UPS},
    {"down", "ffn_down.weight", WHOLE},
    {"norm", "output_norm.weight", WHOLE},
    {"head", "output.weight", WHOLE},
};

// A tensor of theirs and where its rows lie in our array.
struct piece {
    char name[64];
    const char *ours;
    size_t rows, cols;  // cols 0: a vector
    size_t at, count;   // its first number, and how many
    size_t head;        // rows of a head, if rows change places; else 0
};

struct pieces {
    struct piece *piece;
    int count;
};

static void add_piece(struct pieces *list, const struct gpt_tensor *t, const struct name *n,
                      const struct gpt_config *c) {
    struct piece *p = &list->piece[list->count++];
    size_t first = 0, C = (size_t)c->C, D = C / (size_t)c->H, GD = (size_t)c->G * D, F = (size_t)c->F;
    if (t->layer < 0) snprintf(p->name, sizeof p->name, "%s", n->theirs);
    else snprintf(p->name, sizeof p->name, "blk.%d.%s", t->layer, n->theirs);
    p->ours = n->ours;
    p->rows = (size_t)t->rows;
    p->cols = (size_t)t->cols;
    if (n->part == QUERIES) p->rows = C, p->head = D;
    if (n->part == KEYS) p->rows = GD, p->head = D, first = C;
    if (n->part == VALUES) p->rows = GD, first = C + GD;
    if (n->part == GATES || n->part == UPS) p->rows = F, first = n->part == GATES ? 0 : F;
    size_t row = p->cols > 0 ? p->cols : 1;
    p->at = t->at + first * row;
    p->count = p->rows * row;
}

// Every tensor of theirs, in the order of our array.
static struct pieces list_pieces(const struct gpt_config *c) {
    const struct name *names = c->shape == GPT2 ? gpt2_names : llama_names;
    int known = c->shape == GPT2 ? COUNT(gpt2_names) : COUNT(llama_names), count;
    struct gpt_tensor *tensors = gpt_tensors(c, &count);
    struct pieces list = {.piece = alloc_zeroed((size_t)count * 3, sizeof *list.piece)};
    for (const struct gpt_tensor *t = tensors; t < tensors + count; t++) {
        const char *dot = strrchr(t->name, '.'), *ours = dot ? dot + 1 : t->name;  // block.3.qkv
        for (int k = 0; k < known; k++)
            if (strcmp(names[k].ours, ours) == 0) add_piece(&list, t, &names[k], c);
    }
    free(tensors);
    return list;
}

static int piece_shape(size_t shape[2], const struct piece *p) {
    shape[0] = p->rows;
    shape[1] = p->cols;
    return p->cols > 0 ? 2 : 1;
}

// The row of ours that is row i of theirs.
static size_t our_row(const struct piece *p, size_t i) {
    if (p->head == 0) return i;
    size_t in = i % p->head;
    return i - in + in / 2 + in % 2 * (p->head / 2);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// Every piece is in the file, in its shape and in a type that can be read.
static void check_present(struct gguf_fields *f, const struct pieces *list) {
    for (int i = 0; f->ok && i < list->count; i++) {
        const struct piece *p = &list->piece[i];
        const struct gguf_tensor *t = gguf_find_tensor(f->file, p->name);
        size_t shape[2];
        int dims = piece_shape(shape, p);
        if (!t) {
            gguf_refuse(f, "expected a tensor \"%s\", found none", p->name);
            continue;
        }
        if (t->dims != dims || t->shape[0] != shape[0] || (dims == 2 && t->shape[1] != shape[1])) {
            char found[100] = "";
            for (int d = 0, at = 0; d < t->dims; d++)
                at += snprintf(found + at, sizeof found - (size_t)at, d > 0 ? ", %zu" : "%zu", t->shape[d]);
            gguf_refuse(f, "byte %zu: tensor \"%s\": expected shape [%zu%s%.0zu], as the metadata say, found [%s]",
                        t->at, p->name, shape[0], dims == 2 ? ", " : "", dims == 2 ? shape[1] : 0, found);
        }
        if (t->type->ours < 0)
            gguf_refuse(f,
                        "byte %zu: tensor \"%s\": expected numbers of type F32, F16, BF16, Q8_0 or Q4_0, found %s. "
                        "llama.cpp makes such files: llama-quantize --allow-requantize --pure IN.gguf OUT.gguf Q8_0",
                        t->at, p->name, t->type->name);
    }
}

// Nothing is in the file that the model would leave out. A head that is a copy of the token table is there already.
static void check_no_more(struct gguf_fields *f, const struct pieces *list, const struct gpt_config *c) {
    for (int i = 0; f->ok && i < f->file->tensors; i++) {
        const struct gguf_tensor *t = &f->file->tensor[i];
        bool known = c->tied && gguf_is(t->name, "output.weight");
        for (int k = 0; !known && k < list->count; k++) known = gguf_is(t->name, list->piece[k].name);
        if (gguf_is(t->name, "rope_freqs.weight"))
            gguf_refuse(
                f, "byte %zu: tensor \"rope_freqs.weight\": positions are not stretched here (Llama 3.1 and later)",
                t->at);
        else if (!known)
            gguf_refuse(f, "byte %zu: tensor %s: this model has no such weights", t->at, gguf_show(t->name).text);
    }
}

static void read_piece(float *params, const struct gguf *g, const struct piece *p) {
    const struct gguf_tensor *t = gguf_find_tensor(g, p->name);
    size_t cols = p->cols > 0 ? p->cols : p->count, rows = p->count / cols, bytes = gguf_type_bytes(t->type, cols);
    for (size_t i = 0; i < rows; i++)
        gguf_to_floats(params + p->at + our_row(p, i) * cols, (enum number_type)t->type->ours, t->data + i * bytes,
                       cols);
}

// The type of most numbers.
static enum number_type main_type(const struct gguf *g) {
    size_t numbers[NUMBER_TYPES] = {0};
    int most = TYPE_F32;
    for (int i = 0; i < g->tensors; i++)
        if (g->tensor[i].type->ours >= 0) numbers[g->tensor[i].type->ours] += g->tensor[i].count;
    for (int type = 0; type < NUMBER_TYPES; type++)
        if (numbers[type] > numbers[most]) most = type;
    return (enum number_type)most;
}

void gguf_read_weights(float **params, enum number_type *type, struct gguf_fields *f, const struct gpt_config *c) {
    struct pieces list = list_pieces(c);
    *params = NULL;
    *type = main_type(f->file);
    check_present(f, &list);
    check_no_more(f, &list, c);
    if (f->ok) *params = alloc_floats(gpt_parameters(c));
    for (int i = 0; f->ok && i < list.count; i++) read_piece(*params, f->file, &list.piece[i]);
    free(list.piece);
}

// ---- Writing --------------------------------------------------------------------------------------------------------

enum number_type gguf_kept_type(const char *ours, size_t cols, enum number_type type) {
    bool table = strcmp(ours, "token_table") == 0 || strcmp(ours, "head") == 0;
    if (cols == 0 || strcmp(ours, "position_table") == 0) return TYPE_F32;
    if (cols % gguf_type_of(type)->numbers != 0) return TYPE_F32;
    return type == TYPE_Q4_0 && table ? TYPE_Q8_0 : type;
}

void gguf_put_weights(struct gguf_writer *w, enum number_type type, const struct gpt_config *c, const float *params) {
    struct pieces list = list_pieces(c);
    for (int i = 0; i < list.count; i++) {
        size_t shape[2];
        const struct piece *p = &list.piece[i];
        int dims = piece_shape(shape, p);
        gguf_announce(w, p->name, gguf_kept_type(p->ours, p->cols, type), dims, shape);
    }
    for (int i = 0; i < list.count; i++) {
        const struct piece *p = &list.piece[i];
        size_t cols = p->count / p->rows;
        float *moved = p->head > 0 ? alloc_floats(p->count) : NULL;
        for (size_t row = 0; moved && row < p->rows; row++)
            memcpy(moved + row * cols, params + p->at + our_row(p, row) * cols, cols * sizeof *moved);
        gguf_write_floats(w, moved ? moved : params + p->at);
        free(moved);
    }
    free(list.piece);
}
