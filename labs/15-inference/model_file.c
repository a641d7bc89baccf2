// Whole models, in and out.
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_shards.h"
#include "15-inference/gguf.h"
#include "15-inference/llama2c.h"
#include "datasets/source.h"

// MODEL.bin -> MODEL.tokenizer.json, or the like.
static void beside(char *out, size_t size, const char *path, const char *end) {
    size_t bare = strlen(path) - (ends_with(path, ".bin") ? 4 : 0);
    snprintf(out, size, "%.*s%s", (int)bare, path, end);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// The type of most numbers of a folder's files.
static bool main_type(enum number_type *type, const char *dir, char *error, size_t error_size) {
    struct hf_shards shards;
    char path[4096];
    size_t f16 = 0, bf16 = 0, all = 0;
    if (!hf_find_weights(path, sizeof path, dir, error, error_size) ||
        !hf_shards_open(&shards, path, error, error_size))
        return false;
    for (int k = 0; k < shards.count; k++)
        for (int i = 0; i < shards.file[k].count; i++) {
            const struct safetensors_tensor *t = &shards.file[k].tensor[i];
            all += t->count;
            if (t->type == ST_F16) f16 += t->count;
            if (t->type == ST_BF16) bf16 += t->count;
        }
    *type = f16 > all / 2 ? TYPE_F16 : bf16 > all / 2 ? TYPE_BF16 : TYPE_F32;
    hf_shards_close(&shards);
    return true;
}

static bool read_folder(struct model_file *m, const char *dir, char *error, size_t error_size) {
    struct gpt whole;
    if (!hf_load(&whole, NULL, dir, error, error_size)) return false;
    m->config = whole.config;
    m->params = whole.params;
    return main_type(&m->type, dir, error, error_size) && codec_read_folder(&m->codec, dir, error, error_size);
}

// The one file tok*.bin in the model's folder; false if there is none, or several.
static bool only_tokenizer(char *out, size_t size, const char *path) {
    const char *slash = strrchr(path, '/');
    char dir[4096];
    int found = 0;
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash + 1 - path) : 2, slash ? path : "./");
    DIR *d = opendir(dir);
    for (const struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, "tok", 3) != 0 || !ends_with(e->d_name, ".bin")) continue;
        if (strcmp(e->d_name, slash ? slash + 1 : path) == 0) continue;  // the model itself
        snprintf(out, size, "%s%s", dir, e->d_name);
        found++;
    }
    if (d) closedir(d);
    return found == 1;
}

static bool read_llama2c(struct model_file *m, const char *path, bool look, char *error, size_t error_size) {
    static const char *const ends[] = {".tokenizer.bin", ".tokenizer.json"};
    char tokenizer[8192];
    if (!llama2c_read(m, path, error, error_size)) return false;
    m->codec.special = (struct hf_tokens){1, 2, -1};  // as SentencePiece has them
    for (int i = 0; look && i < COUNT(ends); i++) {
        beside(tokenizer, sizeof tokenizer, path, ends[i]);
        if (access(tokenizer, F_OK) == 0) return codec_read_file(&m->codec, tokenizer, error, error_size);
    }
    if (look && only_tokenizer(tokenizer, sizeof tokenizer, path))
        return codec_read_file(&m->codec, tokenizer, error, error_size);
    return true;
}

static bool read_tokenizer(struct model_file *m, const char *path, char *error, size_t error_size) {
    codec_free(&m->codec);
    return codec_read_file(&m->codec, path, error, error_size);
}

// Every token that a text can give is one that the model knows.
static bool check_tokens(const struct model_file *m, struct source *fault) {
    int tokens = codec_count(&m->codec);
    if (tokens <= m->config.V) return true;
    return source_fault(fault,
                        "its vocabulary has %d tokens, its tokenizer %d: is it another model's? Name the right one: "
                        "--tokenizer FILE",
                        m->config.V, tokens);
}

bool model_read(struct model_file *m, const char *path, const char *tokenizer, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    bool named = tokenizer && *tokenizer, ok = false;
    enum model_format format;
    *m = (struct model_file){0};
    if (!model_format_of(&format, path))
        return source_fault(&fault, "%s: expected a model: a folder with config.json, a GGUF file or a llama2.c file",
                            access(path, F_OK) == 0 ? "no model" : "nothing is there");
    if (format == FORMAT_LLAMA2C && (ends_with(path, ".safetensors") || ends_with(path, ".json")))
        return source_fault(&fault, "a part of a Hugging Face model: expected the name of the folder that holds it");
    if (format == FORMAT_HF) ok = read_folder(m, path, error, error_size);
    if (format == FORMAT_GGUF) ok = gguf_read(m, path, error, error_size);
    if (format == FORMAT_LLAMA2C) ok = read_llama2c(m, path, !named, error, error_size);
    m->format = format;
    ok = ok && (!named || read_tokenizer(m, tokenizer, error, error_size)) && check_tokens(m, &fault);
    if (!ok) model_free(m);
    return ok;
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

// ---- Writing --------------------------------------------------------------------------------------------------------

static bool can_hold(enum model_format format, enum number_type type, struct source *fault) {
    static const char *const types[MODEL_FORMATS] = {"F32, F16 or BF16", "F32, F16, BF16, Q8_0 or Q4_0", "F32"};
    static const bool holds[MODEL_FORMATS][NUMBER_TYPES] = {
        [FORMAT_HF] = {[TYPE_F32] = true, [TYPE_F16] = true, [TYPE_BF16] = true},
        [FORMAT_GGUF] =
            {[TYPE_F32] = true, [TYPE_F16] = true, [TYPE_BF16] = true, [TYPE_Q8_0] = true, [TYPE_Q4_0] = true},
        [FORMAT_LLAMA2C] = {[TYPE_F32] = true},
    };
    if (holds[format][type]) return true;
    return source_fault(fault, "expected the type %s, which is what is written into this format (%s), found %s",
                        types[format], model_format_name[format], number_type_name[type]);
}

static bool is_empty_folder(const char *path) {
    DIR *d = opendir(path);
    if (!d) return false;
    int entries = 0;
    while (readdir(d)) entries++;
    closedir(d);
    return entries <= 2;  // . and ..
}

// Nothing is there, or a model of this format: what is overwritten is only ever what can be made again.
static bool may_write(const char *path, enum model_format format, struct source *fault) {
    char ignored[1024];
    enum model_format found;
    struct model_listing listing;
    if (access(path, F_OK) != 0 || (format == FORMAT_HF && is_empty_folder(path))) return true;
    bool same = model_format_of(&found, path) && found == format;
    if (same && model_list(&listing, path, ignored, sizeof ignored)) {
        model_listing_free(&listing);
        return true;
    }
    return source_fault(fault, "is there already, and is no model of this format (%s). Choose another name",
                        model_format_name[format]);
}

static bool write_folder(const char *dir, enum number_type type, const struct model_file *m, double shard_bytes,
                         struct source *fault) {
    static const enum safetensors_type types[] = {[TYPE_F32] = ST_F32, [TYPE_F16] = ST_F16, [TYPE_BF16] = ST_BF16};
    char path[4096];
    snprintf(path, sizeof path, "%s/tokenizer.json", dir);
    if (m->codec.kind == CODEC_NONE && access(path, F_OK) == 0)
        return source_fault(fault,
                            "has the tokenizer of another model, and this model has none. Choose another folder");
    hf_save_as(dir, &m->config, m->params, m->codec.special, types[type], shard_bytes);
    codec_save_folder(&m->codec, dir, m->config.T);
    return true;
}

static bool write_llama2c(const char *path, const struct model_file *m, char *error, size_t error_size) {
    struct source fault = {.error = error, .error_size = error_size};
    bool scored = m->codec.kind == CODEC_SCORED;
    char tokenizer[4096], other[4096];
    beside(tokenizer, sizeof tokenizer, path, scored ? ".tokenizer.bin" : ".tokenizer.json");
    beside(other, sizeof other, path, scored ? ".tokenizer.json" : ".tokenizer.bin");
    struct codec codec;
    const char *const names[] = {tokenizer, other};
    for (int i = 0; i < COUNT(names); i++) {
        fault.path = names[i];
        if (access(names[i], F_OK) != 0) continue;
        if (!codec_read_file(&codec, names[i], error, error_size))
            return source_fault(&fault, "is there already, and is no tokenizer. Choose another name for the model");
        codec_free(&codec);
    }
    if (!llama2c_write(path, m, error, error_size)) return false;
    remove(other);
    if (m->codec.kind == CODEC_NONE) remove(tokenizer);
    const char *slash = strrchr(tokenizer, '/'), *name = slash ? slash + 1 : tokenizer;
    char dir[4096];
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - tokenizer) : 1, slash ? tokenizer : ".");
    if (scored) codec_save_llama2c(&m->codec, dir, name);
    else codec_save_json(&m->codec, dir, name);
    return true;
}

bool model_write(const char *path, enum model_format format, enum number_type type, const struct model_file *m,
                 double shard_bytes, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    if (!can_hold(format, type, &fault) || !may_write(path, format, &fault)) return false;
    if (format == FORMAT_HF) return write_folder(path, type, m, shard_bytes, &fault);
    if (format == FORMAT_GGUF) return gguf_write(path, type, m, error, error_size);
    return write_llama2c(path, m, error, error_size);
}
