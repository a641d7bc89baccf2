// model.safetensors: the same numbers under other names, some of them transposed, some in parts.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/safetensors.h"
#include "datasets/source.h"

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

static const char head_name[] = "lm_head.weight";  // outside of what the prefix names

// A tensor of theirs and where its rows lie in our array.
struct piece {
    char name[96];
    bool transposed;    // theirs is (cols,rows)
    size_t rows, cols;  // ours; cols 0: a vector
    size_t at, count;   // its first number, and how many
};

struct pieces {
    struct piece *piece;
    int count;
};

static void add_piece(struct pieces *list, const struct gpt_tensor *t, enum part part, const struct gpt_config *c) {
    struct piece *p = &list->piece[list->count++];
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

// Every tensor of theirs, in the order of our array. prefix: "transformer." or "model.", or "", as in files made of the
// model without its head.
static struct pieces list_pieces(const struct gpt_config *c, const char *prefix) {
    const struct name *names = c->shape == GPT2 ? gpt2_names : llama_names;
    int known = c->shape == GPT2 ? COUNT(gpt2_names) : COUNT(llama_names), count;
    const char *blocks = c->shape == GPT2 ? "h" : "layers";
    struct gpt_tensor *tensors = gpt_tensors(c, &count);
    struct pieces list = {.piece = alloc_zeroed((size_t)count * 3, sizeof *list.piece)};
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
            snprintf(list.piece[list.count].name, sizeof list.piece->name, "%s", head_name);
            add_piece(&list, t, WHOLE, c);
        }
    }
    free(tensors);
    return list;
}

// out (cols,rows) = in (rows,cols), turned.
static void transpose(float *out, const float *in, size_t rows, size_t cols) {
    for (size_t j = 0; j < cols; j++)
        for (size_t i = 0; i < rows; i++) out[j * rows + i] = in[i * cols + j];
}

// Their shape.
static int piece_shape(size_t shape[2], const struct piece *p) {
    shape[0] = p->transposed ? p->cols : p->rows;
    shape[1] = p->transposed ? p->rows : p->cols;
    return p->cols > 0 ? 2 : 1;
}

static const char *usual_prefix(const struct gpt_config *c) {
    return c->shape == GPT2 ? "transformer." : "model.";
}

void hf_write_weights(const char *dir, const char *name, const struct gpt_config *c, const float *params) {
    struct pieces list = list_pieces(c, usual_prefix(c));
    struct safetensors_writer w;
    safetensors_begin(&w, dir, name);
    for (int i = 0; i < list.count; i++) {
        size_t shape[2];
        int dims = piece_shape(shape, &list.piece[i]);
        safetensors_announce(&w, list.piece[i].name, ST_F32, dims, shape);
    }
    for (int i = 0; i < list.count; i++) {
        const struct piece *p = &list.piece[i];
        float *turned = p->transposed ? alloc_floats(p->count) : NULL;
        if (turned) transpose(turned, params + p->at, p->rows, p->cols);
        safetensors_write_floats(&w, p->name, turned ? turned : params + p->at);
        free(turned);
    }
    safetensors_end(&w);
    free(list.piece);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

struct reader {
    struct safetensors file;
    struct pieces list;
    const struct gpt_config *config;
    struct source fault;
};

// Every piece is in the file, in its shape.
static bool check_present(struct reader *r) {
    for (int i = 0; i < r->list.count; i++) {
        const struct piece *p = &r->list.piece[i];
        const struct safetensors_tensor *t = safetensors_find(&r->file, p->name);
        size_t shape[2];
        int dims = piece_shape(shape, p);
        if (!t) return source_fault(&r->fault, "expected a tensor \"%s\", found none", p->name);
        if (t->dims != dims || t->shape[0] != shape[0] || (dims == 2 && t->shape[1] != shape[1])) {
            char found[200] = "";
            for (int d = 0, at = 0; d < t->dims; d++)
                at += snprintf(found + at, sizeof found - (size_t)at, d > 0 ? ", %zu" : "%zu", t->shape[d]);
            return source_fault(&r->fault,
                                "tensor \"%s\": expected shape [%zu%s%.0zu], as config.json says, found [%s]", p->name,
                                shape[0], dims == 2 ? ", " : "", dims == 2 ? shape[1] : 0, found);
        }
    }
    return true;
}

static bool ends_with(const char *string, const char *end) {
    size_t n = strlen(string), m = strlen(end);
    return n >= m && strcmp(string + n - m, end) == 0;
}

// Nothing is in the file that the model would leave out: masks and angles, which files of older versions hold, can be
// made again; a head that is the token table is there already.
static bool check_no_more(struct reader *r) {
    const char *made[] = {".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"};
    for (int i = 0; i < r->file.count; i++) {
        const char *name = r->file.tensor[i].name;
        bool known = r->config->tied && strcmp(name, head_name) == 0;
        for (int k = 0; k < COUNT(made); k++) known = known || ends_with(name, made[k]);
        for (int k = 0; !known && k < r->list.count; k++) known = strcmp(name, r->list.piece[k].name) == 0;
        if (!known)
            return source_fault(&r->fault,
                                "tensor \"%.90s\": this model has no such weights: config.json of another one?", name);
    }
    return true;
}

static bool read_piece(float *params, struct reader *r, const struct piece *p) {
    const struct safetensors_tensor *t = safetensors_find(&r->file, p->name);
    float *turned = p->transposed ? alloc_floats(p->count) : NULL;
    bool ok =
        safetensors_read_floats(turned ? turned : params + p->at, &r->file, t, r->fault.error, r->fault.error_size);
    if (ok && turned) transpose(params + p->at, turned, p->cols, p->rows);
    free(turned);
    return ok;
}

bool hf_read_weights(float **params, const struct gpt_config *c, const char *path, char *error, size_t error_size) {
    struct reader r = {.config = c, .fault = {.path = path, .error = error, .error_size = error_size}};
    *params = NULL;
    if (!safetensors_open(&r.file, path, error, error_size)) return false;
    r.list = list_pieces(c, usual_prefix(c));
    if (!safetensors_find(&r.file, r.list.piece[0].name)) {
        free(r.list.piece);
        r.list = list_pieces(c, "");
    }
    bool ok = check_present(&r) && check_no_more(&r);
    if (ok) *params = alloc_floats(gpt_parameters(c));
    for (int i = 0; ok && i < r.list.count; i++) ok = read_piece(*params, &r, &r.list.piece[i]);
    if (!ok) {
        free(*params);
        *params = NULL;
    }
    free(r.list.piece);
    safetensors_close(&r.file);
    return ok;
}
