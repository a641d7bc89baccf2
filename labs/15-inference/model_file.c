// Whole models, in and out.
#include <stdlib.h>

#include "15-inference/gguf.h"
#include "15-inference/llama2c.h"

bool model_read(struct model_file *m, const char *path, const char *tokenizer, char *error, size_t error_size) {
    (void)tokenizer;
    *m = (struct model_file){0};
    struct gpt whole;
    struct hf_tokens tokens;
    if (!hf_load(&whole, &tokens, path, error, error_size)) return false;
    *m = (struct model_file){.format = FORMAT_HF, .config = whole.config, .params = whole.params};
    return codec_read_folder(&m->codec, path, error, error_size);
}

void model_load(struct model_file *m, const char *path, const char *tokenizer) {
    char error[1024];
    if (!model_read(m, path, tokenizer, error, sizeof error)) die("%s", error);
}

void model_free(struct model_file *m) {
    codec_free(&m->codec);
    free(m->params);
    *m = (struct model_file){0};
}

bool model_write(const char *path, enum model_format format, enum number_type type, const struct model_file *m,
                 double shard_bytes, char *error, size_t error_size) {
    (void)path, (void)format, (void)type, (void)m, (void)shard_bytes, (void)error, (void)error_size;
    todo("model_write");
}
