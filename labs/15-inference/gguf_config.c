// Sizes of a model, as pairs of metadata. What chapter 13's model cannot do is refused: a model that loads but computes
// otherwise is the worst kind of error.
#include <string.h>

#include "15-inference/gguf.h"

enum { SIZE_MAX_READ = 1 << 24 };

// "llama" and "block_count" -> "llama.block_count"
struct key {
    char text[80];
};

static struct key key_of(const char *architecture, const char *name) {
    struct key key;
    snprintf(key.text, sizeof key.text, "%s.%s", architecture, name);
    return key;
}

static int size_field(struct gguf_fields *f, const char *architecture, const char *name, int missing) {
    return gguf_whole(f, key_of(architecture, name).text, 1, SIZE_MAX_READ, missing);
}

// What is done in one way only: the pair is absent, or says just that.
static void only_whole(struct gguf_fields *f, const char *architecture, const char *name, int way) {
    struct key key = key_of(architecture, name);
    if (gguf_whole(f, key.text, 0, SIZE_MAX_READ, way) != way)
        gguf_refuse_pair(f, gguf_find_pair(f->file, key.text), "%d, for this model has nothing else", way);
}

static void only_text(struct gguf_fields *f, const char *architecture, const char *name, const char *way) {
    struct key key = key_of(architecture, name);
    struct gguf_string text = gguf_text(f, key.text);
    if (f->ok && text.size > 0 && !gguf_is(text, way))
        gguf_refuse_pair(f, gguf_find_pair(f->file, key.text), "\"%s\", for this model has nothing else", way);
}

static void only_real(struct gguf_fields *f, const char *architecture, const char *name, float way) {
    struct key key = key_of(architecture, name);
    if (gguf_real(f, key.text, way) != way)
        gguf_refuse_pair(f, gguf_find_pair(f->file, key.text), "%g, for this model has nothing else", way);
}

static void only_bool(struct gguf_fields *f, const char *architecture, const char *name, bool way) {
    struct key key = key_of(architecture, name);
    if (gguf_bool(f, key.text, way) != way)
        gguf_refuse_pair(f, gguf_find_pair(f->file, key.text), "%s, for this model has nothing else",
                         way ? "true" : "false");
}

static void read_llama(struct gguf_fields *f, struct gpt_config *c) {
    c->shape = LLAMA;
    c->G = size_field(f, "llama", "attention.head_count_kv", c->H);
    c->eps = gguf_real(f, "llama.attention.layer_norm_rms_epsilon", GGUF_REQUIRED);
    c->rope_base = gguf_real(f, "llama.rope.freq_base", 10000);
    if (!f->ok) return;
    int D = c->C / c->H;  // a head that is wider or narrower, or turned only in part, is another model
    only_whole(f, "llama", "rope.dimension_count", D);
    only_whole(f, "llama", "attention.key_length", D);
    only_whole(f, "llama", "attention.value_length", D);
    only_text(f, "llama", "rope.scaling.type", "none");
    only_real(f, "llama", "rope.scaling.factor", 1);
    only_real(f, "llama", "rope.scale_linear", 1);
    only_whole(f, "llama", "expert_count", 0);
    only_whole(f, "llama", "attention.sliding_window", 0);
    only_bool(f, "llama", "attention.causal", true);
}

static void read_gpt2(struct gguf_fields *f, struct gpt_config *c) {
    c->shape = GPT2;
    c->G = c->H;
    c->eps = gguf_real(f, "gpt2.attention.layer_norm_epsilon", GGUF_REQUIRED);
    only_whole(f, "gpt2", "attention.head_count_kv", c->H);
}

// V is how many rows the token table has. The head is the table itself if there is no other; older files of GPT-2 have
// a copy of it.
static void read_table(struct gguf_fields *f, struct gpt_config *c, const char *architecture) {
    const struct gguf_tensor *table = gguf_find_tensor(f->file, "token_embd.weight");
    const struct gguf_tensor *head = gguf_find_tensor(f->file, "output.weight");
    if (!table) gguf_refuse(f, "expected a tensor \"token_embd.weight\", found none");
    else if (table->dims != 2 || table->shape[0] > SIZE_MAX_READ)
        gguf_refuse(f, "byte %zu: tensor \"token_embd.weight\": expected 1 to %d rows", table->at, SIZE_MAX_READ);
    if (!f->ok) return;
    c->V = (int)table->shape[0];
    c->tied = !head || (head->type == table->type && head->dims == 2 && head->shape[0] == table->shape[0] &&
                        head->bytes == table->bytes && memcmp(head->data, table->data, table->bytes) == 0);
    only_whole(f, architecture, "vocab_size", c->V);
}

struct gpt_config gguf_read_config(struct gguf_fields *f) {
    struct gpt_config c = {0};
    struct gguf_string name = gguf_text(f, "general.architecture");
    const char *a = gguf_is(name, "gpt2") ? "gpt2" : "llama";
    if (f->ok && name.size == 0)
        gguf_refuse(f, "expected \"general.architecture\" among the metadata, found no such key");
    else if (f->ok && !gguf_is(name, a))
        gguf_refuse_pair(f, gguf_find_pair(f->file, "general.architecture"), "\"gpt2\" or \"llama\"");
    if (gguf_whole(f, "split.count", 0, 1 << 16, 1) > 1)
        gguf_refuse_pair(f, gguf_find_pair(f->file, "split.count"),
                         "1, the whole model in one file (llama.cpp: llama-gguf-split --merge FIRST-FILE WHOLE.gguf)");
    c.T = size_field(f, a, "context_length", GGUF_REQUIRED);
    c.C = size_field(f, a, "embedding_length", GGUF_REQUIRED);
    c.L = size_field(f, a, "block_count", GGUF_REQUIRED);
    c.F = size_field(f, a, "feed_forward_length", GGUF_REQUIRED);
    c.H = size_field(f, a, "attention.head_count", GGUF_REQUIRED);
    if (*a == 'g') read_gpt2(f, &c);
    else read_llama(f, &c);
    read_table(f, &c, a);
    const char *wrong = f->ok ? gpt_config_fault(&c) : NULL;
    if (wrong) gguf_refuse(f, "the sizes among the metadata make no model: %s", wrong);
    return c;
}

void gguf_put_config(struct gguf_writer *w, const struct gpt_config *c) {
    const char *a = c->shape == GPT2 ? "gpt2" : "llama";
    const struct {
        const char *name;
        int value;
    } sizes[] = {{"vocab_size", c->V},
                 {"context_length", c->T},
                 {"embedding_length", c->C},
                 {"block_count", c->L},
                 {"feed_forward_length", c->F},
                 {"attention.head_count", c->H},
                 {"attention.head_count_kv", c->G}};
    gguf_put_text(w, "general.architecture", a);
    for (int i = 0; i < COUNT(sizes); i++) gguf_put_u32(w, key_of(a, sizes[i].name).text, (uint32_t)sizes[i].value);
    if (c->shape == GPT2) {
        gguf_put_f32(w, "gpt2.attention.layer_norm_epsilon", c->eps);
        return;
    }
    gguf_put_f32(w, "llama.attention.layer_norm_rms_epsilon", c->eps);
    gguf_put_f32(w, "llama.rope.freq_base", c->rope_base);
    gguf_put_u32(w, "llama.rope.dimension_count", (uint32_t)(c->C / c->H));
}
