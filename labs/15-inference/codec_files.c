// Tokenizers from files, and back.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_json.h"
#include "15-inference/codec.h"
#include "15-inference/scored_json.h"
#include "15-inference/scored_names.h"

static bool exists(char *path, size_t size, const char *dir, const char *name) {
    snprintf(path, size, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static const struct hf_tokens no_tokens = {-1, -1, -1};

// ---- Reading --------------------------------------------------------------------------------------------------------

// Which of the three tokenizers a tokenizer.json is, by its "model".
static bool read_json(struct codec *c, const char *path, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    json_t *root = hf_json_read(&fault);
    if (!root) return false;
    const char *type = json_string_value(json_object_get(json_object_get(root, "model"), "type"));
    bool words = type && strcmp(type, "WordLevel") == 0;
    json_decref(root);
    bool ok;
    if (words) c->kind = CODEC_WORDS, ok = word_tokenizer_read(&c->words, path, error, error_size);
    else if (scored_json_is(path)) c->kind = CODEC_SCORED, ok = scored_read_json(&c->scored, path, error, error_size);
    else c->kind = CODEC_BPE, ok = tokenizer_read_json(&c->bpe, path, error, error_size);
    if (!ok) *c = (struct codec){.special = no_tokens};
    return ok;
}

bool codec_read_folder(struct codec *c, const char *dir, char *error, size_t error_size) {
    struct gpt_config config;
    char path[4096], merges[4096];
    *c = (struct codec){.special = no_tokens};
    bool ok = true;
    if (exists(path, sizeof path, dir, "tokenizer.json")) ok = read_json(c, path, error, error_size);
    else if (exists(path, sizeof path, dir, "vocab.json") && exists(merges, sizeof merges, dir, "merges.txt")) {
        ok = tokenizer_read_gpt2(&c->bpe, path, merges, error, error_size);
        if (ok) c->kind = CODEC_BPE;
    }
    snprintf(path, sizeof path, "%s/config.json", dir);
    ok = ok && hf_read_config(&config, &c->special, path, error, error_size);
    if (!ok) codec_free(c);
    return ok;
}

// A special token by the names that are usual for it; -1: none of them is there.
static int find_named(const struct codec *c, const char *const *names, int count) {
    const struct vocab *v = c->kind == CODEC_BPE ? &c->bpe.vocab : &c->words.words;
    for (int i = 0; i < count; i++) {
        int id = vocab_find(v, names[i], strlen(names[i]));
        if (id >= 0) return id;
    }
    return -1;
}

static struct hf_tokens usual_tokens(const struct codec *c) {
    static const char *const begin[] = {"<bos>", "<s>", "<|endoftext|>"},
                             *const end[] = {"<eos>", "</s>", "<|endoftext|>"}, *const padding[] = {"<pad>"};
    if (c->kind == CODEC_SCORED) return (struct hf_tokens){1, 2, -1};
    return (struct hf_tokens){find_named(c, begin, COUNT(begin)), find_named(c, end, COUNT(end)),
                              find_named(c, padding, COUNT(padding))};
}

bool codec_read_file(struct codec *c, const char *path, char *error, size_t error_size) {
    *c = (struct codec){.special = no_tokens};
    bool ok;
    if (ends_with(path, ".json")) ok = read_json(c, path, error, error_size);
    else {
        ok = scored_read(&c->scored, path, error, error_size);
        if (ok) c->kind = CODEC_SCORED;
    }
    if (ok) c->special = usual_tokens(c);
    return ok;
}

// ---- Writing --------------------------------------------------------------------------------------------------------

void codec_save_json(const struct codec *c, const char *dir, const char *name) {
    if (c->kind == CODEC_BPE) tokenizer_save(&c->bpe, dir, name);
    if (c->kind == CODEC_WORDS) word_tokenizer_save(&c->words, dir, name);
    if (c->kind == CODEC_SCORED) scored_save_json(&c->scored, dir, name);
}

// The name of a token, terminated, in memory that the caller frees; NULL for none.
static char *token_name(const struct codec *c, int id) {
    if (id < 0 || id >= codec_count(c)) return NULL;
    const struct vocab *v = c->kind == CODEC_BPE     ? &c->bpe.vocab
                            : c->kind == CODEC_WORDS ? &c->words.words
                                                     : &c->scored.vocab;
    size_t size;
    const char *string = vocab_string(v, id, &size);
    if (c->kind == CODEC_SCORED && id < SCORED_FIRST_BYTE) string = scored_special[id].there, size = strlen(string);
    char *name = alloc_zeroed(size + 1, 1);
    memcpy(name, string, size);
    return name;
}

void codec_save_folder(const struct codec *c, const char *dir, int T) {
    if (c->kind == CODEC_NONE) return;
    codec_save_json(c, dir, "tokenizer.json");
    int unknown = c->kind == CODEC_SCORED ? 0 : c->kind == CODEC_WORDS ? c->words.unknown : -1;
    char *begin = token_name(c, c->special.begin), *end = token_name(c, c->special.end);
    char *padding = token_name(c, c->special.padding), *other = token_name(c, unknown);
    hf_write_tokenizer_config(dir, (struct hf_token_names){begin, end, padding, other}, T);
    free(begin);
    free(end);
    free(padding);
    free(other);
}

static void put_number(FILE *f, uint32_t bits) {
    for (int i = 0; i < 4; i++) fputc((int)(bits >> 8 * i & 0xFF), f);
}

void codec_save_llama2c(const struct codec *c, const char *dir, const char *name) {
    const struct scored *s = &c->scored;
    struct out_file out;
    out_open(&out, dir, name);
    put_number(out.f, (uint32_t)s->vocab.longest);
    for (int id = 0; id < s->vocab.count; id++) {
        size_t size;
        uint32_t score;
        const char *string = vocab_string(&s->vocab, id, &size);
        memcpy(&score, &s->score[id], sizeof score);
        put_number(out.f, score);
        put_number(out.f, (uint32_t)size);
        fwrite(string, 1, size, out.f);
    }
    out_close(&out);
}
