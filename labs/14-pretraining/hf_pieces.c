// How transformers calls the parts of our array.
#include "14-pretraining/hf_pieces.h"

#include <stdlib.h>
#include <string.h>

enum part { WHOLE, TRANSPOSED, QUERIES, KEYS, VALUES, GATES, UPS };  // what of our tensor theirs holds

struct name {
    const char *ours, *theirs;
    enum part part;
};

static const struct name gpt2_names[] = {
    {"token_table", "wte.weight", WHOLE},
    {"position_table", "wpe.weight", WHOLE},
    {"norm1", "ln_1.weight", WHOLE},
    {"norm1_bias", "ln_1.bias", WHOLE},
    {"qkv", "attn.c_attn.weight", TRANSPOSED},
    {"qkv_bias", "attn.c_attn.bias", WHOLE},
    {"proj", "attn.c_proj.weight", TRANSPOSED},
    {"proj_bias", "attn.c_proj.bias", WHOLE},
    {"norm2", "ln_2.weight", WHOLE},
    {"norm2_bias", "ln_2.bias", WHOLE},
    {"up", "mlp.c_fc.weight", TRANSPOSED},
    {"up_bias", "mlp.c_fc.bias", WHOLE},
    {"down", "mlp.c_proj.weight", TRANSPOSED},
    {"down_bias", "mlp.c_proj.bias", WHOLE},
    {"norm", "ln_f.weight", WHOLE},
    {"norm_bias", "ln_f.bias", WHOLE},
};

static const struct name llama_names[] = {
    {"token_table", "embed_tokens.weight", WHOLE},
    {"norm1", "input_layernorm.weight", WHOLE},
    {"qkv", "self_attn.q_proj.weight", QUERIES},
    {"qkv", "self_attn.k_proj.weight", KEYS},
    {"qkv", "self_attn.v_proj.weight", VALUES},
    {"proj", "self_attn.o_proj.weight", WHOLE},
    {"norm2", "post_attention_layernorm.weight", WHOLE},
    {"up", "mlp.gate_proj.weight", GATES},
    {"up", "mlp.up_proj.weight", UPS},
    {"down", "mlp.down_proj.weight", WHOLE},
    {"norm", "norm.weight", WHOLE},
};

const char hf_head_name[] = "lm_head.weight";

static void add_piece(struct hf_pieces *list, const struct gpt_tensor *t, enum part part, const struct gpt_config *c) {
    struct hf_piece *p = &list->piece[list->count++];
    size_t first = 0, C = (size_t)c->C, GD = (size_t)c->G * (C / (size_t)c->H), F = (size_t)c->F;
    p->rows = (size_t)t->rows;
    p->cols = (size_t)t->cols;
    p->transposed = part == TRANSPOSED;
    if (part == QUERIES) p->rows = C;
    if (part == KEYS || part == VALUES) p->rows = GD, first = part == KEYS ? C : C + GD;
    if (part == GATES || part == UPS) p->rows = F, first = part == GATES ? 0 : F;
    size_t row = p->cols > 0 ? p->cols : 1;
    p->at = t->at + first * row;
    p->count = p->rows * row;
}

struct hf_pieces hf_list_pieces(const struct gpt_config *c, const char *prefix) {
    const struct name *names = c->shape == GPT2 ? gpt2_names : llama_names;
    int known = c->shape == GPT2 ? COUNT(gpt2_names) : COUNT(llama_names), count;
    const char *blocks = c->shape == GPT2 ? "h" : "layers";
    struct gpt_tensor *tensors = gpt_tensors(c, &count);
    struct hf_pieces list = {.piece = alloc_zeroed((size_t)count * 3, sizeof *list.piece)};
    for (const struct gpt_tensor *t = tensors; t < tensors + count; t++) {
        const char *dot = strrchr(t->name, '.'), *ours = dot ? dot + 1 : t->name;  // block.3.qkv
        for (int k = 0; k < known; k++) {
            if (strcmp(names[k].ours, ours) != 0) continue;
            char *name = list.piece[list.count].name;
            size_t size = sizeof list.piece->name;
            if (t->layer < 0) snprintf(name, size, "%s%s", prefix, names[k].theirs);
            else snprintf(name, size, "%s%s.%d.%s", prefix, blocks, t->layer, names[k].theirs);
            add_piece(&list, t, names[k].part, c);
        }
        if (strcmp(ours, "head") == 0) {
            snprintf(list.piece[list.count].name, sizeof list.piece->name, "%s", hf_head_name);
            add_piece(&list, t, WHOLE, c);
        }
    }
    free(tensors);
    return list;
}

int hf_piece_shape(size_t shape[2], const struct hf_piece *p) {
    shape[0] = p->transposed ? p->cols : p->rows;
    shape[1] = p->transposed ? p->rows : p->cols;
    return p->cols > 0 ? 2 : 1;
}

const char *hf_usual_prefix(const struct gpt_config *c) {
    return c->shape == GPT2 ? "transformer." : "model.";
}

void hf_transpose(float *out, const float *in, size_t rows, size_t cols) {
    for (size_t j = 0; j < cols; j++)
        for (size_t i = 0; i < rows; i++) out[j * rows + i] = in[i * cols + j];
}
