// What is in a file, without its numbers.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_shards.h"
#include "15-inference/gguf.h"
#include "15-inference/llama2c.h"
#include "datasets/source.h"

// The tensors that chapter 13 makes of a configuration.
static void list_config(struct model_listing *l) {
    int count;
    struct gpt_tensor *t = gpt_tensors(&l->config, &count);
    for (int i = 0; i < count; i++)
        model_listing_add(l, t[i].name, "F32", t[i].cols > 0 ? 2 : 1, (size_t[]){(size_t)t[i].rows, (size_t)t[i].cols},
                          (double)t[i].size * sizeof(float));
    free(t);
}

static bool list_shards(struct model_listing *l, const char *path, char *error, size_t error_size) {
    struct hf_shards shards;
    if (!hf_shards_open(&shards, path, error, error_size)) return false;
    for (int k = 0; k < shards.count; k++)
        for (int i = 0; i < shards.file[k].count; i++) {
            const struct safetensors_tensor *t = &shards.file[k].tensor[i];
            model_listing_add(l, t->name, safetensors_type_name(t->type), t->dims, t->shape, (double)t->bytes);
        }
    hf_shards_close(&shards);
    return true;
}

// config: a folder's config.json, or a file of that kind alone, which is as good as a folder without weights.
static bool list_hf(struct model_listing *l, const char *config, const char *dir, char *error, size_t error_size) {
    char path[4096];
    l->format = FORMAT_HF;
    if (!hf_read_config(&l->config, NULL, config, error, error_size)) return false;
    bool weights = dir && hf_find_weights(path, sizeof path, dir, error, error_size) && access(path, F_OK) == 0;
    if (weights) return list_shards(l, path, error, error_size);
    list_config(l);
    l->sizes_only = true;
    return true;
}

bool model_list(struct model_listing *l, const char *path, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    char config[4096];
    enum model_format format;
    *l = (struct model_listing){0};
    size_t n = strlen(path);
    bool ok = false;
    if (n > 5 && strcmp(path + n - 5, ".json") == 0) ok = list_hf(l, path, NULL, error, error_size);
    else if (!model_format_of(&format, path))
        return source_fault(&fault,
                            "%s: expected a model: a folder with config.json, a config.json, a GGUF file or a llama2.c "
                            "file",
                            access(path, F_OK) == 0 ? "no model" : "nothing is there");
    else if (format == FORMAT_HF) {
        snprintf(config, sizeof config, "%s/config.json", path);
        ok = list_hf(l, config, path, error, error_size);
    } else if (format == FORMAT_GGUF) ok = gguf_list(l, path, error, error_size);
    else ok = llama2c_list(l, path, error, error_size);
    if (!ok) model_listing_free(l);
    return ok;
}
