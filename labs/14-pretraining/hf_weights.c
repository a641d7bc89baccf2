// Reading weights: the same numbers under other names, some of them transposed, some in parts.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/hf_pieces.h"
#include "14-pretraining/hf_shards.h"
#include "datasets/source.h"

struct reader {
    struct hf_shards files;
    struct hf_pieces list;
    const struct gpt_config *config;
    struct source fault;
};

// Every piece is in the file, in its shape.
static bool check_present(struct reader *r) {
    for (int i = 0; i < r->list.count; i++) {
        const struct hf_piece *p = &r->list.piece[i];
        const struct safetensors *file;
        const struct safetensors_tensor *t = hf_shards_find(&file, &r->files, p->name);
        size_t shape[2];
        int dims = hf_piece_shape(shape, p);
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

// Nothing is in the file that the model would leave out: masks and angles, which files of older versions hold, can be
// made again; a head that is the token table is there already.
static bool check_no_more(struct reader *r, const struct safetensors *file) {
    const char *made[] = {".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"};
    for (int i = 0; i < file->count; i++) {
        const char *name = file->tensor[i].name;
        bool known = r->config->tied && strcmp(name, hf_head_name) == 0;
        for (int k = 0; k < COUNT(made); k++) known = known || ends_with(name, made[k]);
        for (int k = 0; !known && k < r->list.count; k++) known = strcmp(name, r->list.piece[k].name) == 0;
        if (!known)
            return source_fault(&r->fault,
                                "tensor \"%.90s\": this model has no such weights: config.json of another one?", name);
    }
    return true;
}

static bool read_piece(float *params, struct reader *r, const struct hf_piece *p) {
    const struct safetensors *file;
    const struct safetensors_tensor *t = hf_shards_find(&file, &r->files, p->name);
    float *turned = p->transposed ? alloc_floats(p->count) : NULL;
    bool ok = safetensors_read_floats(turned ? turned : params + p->at, file, t, r->fault.error, r->fault.error_size);
    if (ok && turned) hf_transpose(params + p->at, turned, p->cols, p->rows);
    free(turned);
    return ok;
}

bool hf_read_weights(float **params, const struct gpt_config *c, const char *path, char *error, size_t error_size) {
    struct reader r = {.config = c, .fault = {.path = path, .error = error, .error_size = error_size}};
    *params = NULL;
    const struct safetensors *file;
    if (!hf_shards_open(&r.files, path, error, error_size)) return false;
    r.list = hf_list_pieces(c, hf_usual_prefix(c));
    if (!hf_shards_find(&file, &r.files, r.list.piece[0].name)) {
        free(r.list.piece);
        r.list = hf_list_pieces(c, "");
    }
    bool ok = check_present(&r);
    for (int i = 0; ok && i < r.files.count; i++) ok = check_no_more(&r, &r.files.file[i]);
    if (ok) *params = alloc_floats(gpt_parameters(c));
    for (int i = 0; ok && i < r.list.count; i++) ok = read_piece(*params, &r, &r.list.piece[i]);
    if (!ok) {
        free(*params);
        *params = NULL;
    }
    free(r.list.piece);
    hf_shards_close(&r.files);
    return ok;
}
