// A model as a folder of files that everyone reads.
#define _POSIX_C_SOURCE 200809L
#include "14-pretraining/hf_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include "datasets/source.h"

void hf_save(const char *dir, const struct gpt_config *c, const float *params, struct hf_tokens tokens) {
    hf_save_as(dir, c, params, tokens, ST_F32, 0);
}

void hf_save_as(const char *dir, const struct gpt_config *c, const float *params, struct hf_tokens tokens,
                enum safetensors_type type, double shard_bytes) {
    hf_write_weights_as(dir, c, params, type, shard_bytes);
    hf_write_config_as(dir, c, tokens, type);
}

static bool exists(char *path, size_t size, const char *dir, const char *name) {
    snprintf(path, size, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

bool hf_find_weights(char *path, size_t size, const char *dir, char *error, size_t error_size) {
    struct source fault = {.path = dir, .error = error, .error_size = error_size};
    if (exists(path, size, dir, "model.safetensors") || exists(path, size, dir, "model.safetensors.index.json"))
        return true;
    if (exists(path, size, dir, "pytorch_model.bin") || exists(path, size, dir, "pytorch_model.bin.index.json"))
        return source_fault(&fault,
                            "expected model.safetensors, found pytorch_model.bin, which only Python can read. In "
                            "Python, with transformers: model.save_pretrained(folder)");
    snprintf(path, size, "%s/model.safetensors", dir);  // opening it says what is missing
    return true;
}

bool hf_load(struct gpt *m, struct hf_tokens *tokens, const char *dir, char *error, size_t error_size) {
    struct gpt_config c;
    float *params;
    char path[4096];
    *m = (struct gpt){0};
    snprintf(path, sizeof path, "%s/config.json", dir);
    if (!hf_read_config(&c, tokens, path, error, error_size) ||
        !hf_find_weights(path, sizeof path, dir, error, error_size) ||
        !hf_read_weights(&params, &c, path, error, error_size))
        return false;
    *m = (struct gpt){.config = c, .parameters = gpt_parameters(&c), .params = params, .causal = true};
    gpt_point(&m->weights, &c, params);
    return true;
}
