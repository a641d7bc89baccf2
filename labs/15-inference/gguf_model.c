// A model as one GGUF file, in and out.
#include <stdlib.h>

#include "15-inference/gguf.h"

bool gguf_read(struct model_file *m, const char *path, char *error, size_t error_size) {
    struct gguf g;
    *m = (struct model_file){.format = FORMAT_GGUF};
    if (!gguf_open(&g, path, error, error_size)) return false;
    struct gguf_fields f = {.file = &g, .fault = {.path = path, .error = error, .error_size = error_size}, .ok = true};
    m->config = gguf_read_config(&f);
    if (f.ok) gguf_read_tokenizer(&m->codec, &f, m->config.V);
    if (f.ok) gguf_read_weights(&m->params, &m->type, &f, &m->config);
    if (!f.ok) {
        codec_free(&m->codec);
        free(m->params);
        *m = (struct model_file){0};
    }
    gguf_close(&g);
    return f.ok;
}

bool gguf_list(struct model_listing *l, const char *path, char *error, size_t error_size) {
    struct gguf g;
    if (!gguf_open(&g, path, error, error_size)) return false;
    struct gguf_fields f = {.file = &g, .fault = {.path = path, .error = error, .error_size = error_size}, .ok = true};
    l->format = FORMAT_GGUF;
    l->config = gguf_read_config(&f);
    for (int i = 0; f.ok && i < g.tensors; i++) {
        const struct gguf_tensor *t = &g.tensor[i];
        char name[96];
        snprintf(name, sizeof name, "%.*s", (int)(t->name.size < sizeof name ? t->name.size : sizeof name),
                 t->name.data);
        for (char *c = name; *c; c++)
            if ((unsigned char)*c < 32 || *c == 127) *c = '?';  // nothing that a terminal would obey
        model_listing_add(l, name, t->type->name, t->dims, t->shape, (double)t->bytes);
    }
    gguf_close(&g);
    return f.ok;
}

// The file's type as a whole, which programs show: what most tensors are (ggml's enum llama_ftype).
static uint32_t file_type(enum number_type type) {
    switch (type) {
        case TYPE_F16:
            return 1;
        case TYPE_Q4_0:
            return 2;
        case TYPE_Q8_0:
            return 7;
        case TYPE_BF16:
            return 32;
        default:
            return 0;
    }
}

bool gguf_write(const char *path, enum number_type type, const struct model_file *m, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    const char *wrong = gguf_tokenizer_fault(&m->codec, m->config.V);
    if (wrong) return source_fault(&fault, "cannot be written as GGUF: %s", wrong);
    struct gguf_writer w;
    gguf_begin(&w, path);
    gguf_put_config(&w, &m->config);
    gguf_put_u32(&w, "general.file_type", file_type(type));
    gguf_put_u32(&w, "general.quantization_version", 2);  // of the blocks' layout: ggml's since May 2023
    gguf_put_tokenizer(&w, &m->codec, m->config.V);
    gguf_put_weights(&w, type, &m->config, m->params);
    gguf_end(&w);
    return true;
}
