// Tokenizers in GGUF: the lists that every kind has, which tokens are special, and the kind's own part.
#include <stdlib.h>
#include <string.h>

#include "15-inference/gguf.h"
#include "15-inference/scored_names.h"

// Our kinds in llama.cpp's words.
static const char *const model_name[] = {
    [CODEC_NONE] = "no_vocab", [CODEC_BPE] = "gpt2", [CODEC_WORDS] = "t5", [CODEC_SCORED] = "llama"};

void gguf_refuse_token(struct gguf_fields *f, const struct gguf_tokens *tokens, int i, const char *expected) {
    struct gguf_string text = tokens->text[i];
    gguf_refuse(f, "byte %zu: token %d: expected %s, found %s of type %d",
                (size_t)(text.data - (const char *)f->file->bytes), i, expected, gguf_show(text).text,
                (int)tokens->type[i]);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// An array of V items that stands beside the tokens, or NULL.
static const struct gguf_pair *list_of(struct gguf_fields *f, const char *key, enum gguf_kind kind, int V,
                                       bool required) {
    const struct gguf_pair *p = gguf_array(f, key, kind, required);
    if (p && p->count != (size_t)V) gguf_refuse_pair(f, p, "%d items, one for each row of \"token_embd.weight\"", V);
    return f->ok ? p : NULL;
}

static void read_tokens(struct gguf_tokens *tokens, struct gguf_fields *f, int V) {
    const struct gguf_pair *texts = list_of(f, "tokenizer.ggml.tokens", GGUF_STRING, V, true);
    const struct gguf_pair *scores = list_of(f, "tokenizer.ggml.scores", GGUF_F32, V, false);
    const struct gguf_pair *types = list_of(f, "tokenizer.ggml.token_type", GGUF_I32, V, false);
    if (!texts || !f->ok) return;
    *tokens = (struct gguf_tokens){.count = V,
                                   .text = alloc_zeroed((size_t)V, sizeof *tokens->text),
                                   .type = alloc_zeroed((size_t)V, sizeof *tokens->type),
                                   .score = alloc_floats((size_t)V),
                                   .pair = texts};
    const unsigned char *at = texts->data;
    for (int i = 0; i < V; i++) {
        int32_t type = TOKEN_NORMAL;
        tokens->text[i] = gguf_next_string(&at);
        if (scores) memcpy(&tokens->score[i], scores->data + (size_t)i * 4, 4);
        if (types) memcpy(&type, types->data + (size_t)i * 4, 4);
        tokens->type[i] = (enum gguf_token_type)type;
        if (type < TOKEN_NORMAL || type > TOKEN_BYTE) gguf_refuse_token(f, tokens, i, "a type from 1 to 6");
    }
    while (tokens->count > 0 && tokens->type[tokens->count - 1] == TOKEN_UNUSED) tokens->count--;
}

static int special_id(struct gguf_fields *f, const char *key, int missing, int count) {
    return gguf_whole(f, key, 0, count - 1, missing);
}

static enum codec_kind kind_of(struct gguf_fields *f) {
    struct gguf_string name = gguf_text(f, "tokenizer.ggml.model");
    if (!f->ok || name.size == 0 || gguf_is(name, "none")) return CODEC_NONE;
    for (int kind = 0; kind < COUNT(model_name); kind++)
        if (gguf_is(name, model_name[kind])) return (enum codec_kind)kind;
    gguf_refuse_pair(f, gguf_find_pair(f->file, "tokenizer.ggml.model"), "\"gpt2\", \"llama\", \"t5\" or \"no_vocab\"");
    return CODEC_NONE;
}

void gguf_read_tokenizer(struct codec *codec, struct gguf_fields *f, int V) {
    struct gguf_tokens tokens = {0};
    enum codec_kind kind = kind_of(f);
    struct hf_tokens none = {-1, -1, -1};
    *codec = (struct codec){.special = none};
    if (kind != CODEC_NONE) read_tokens(&tokens, f, V);
    if (f->ok && kind == CODEC_BPE) gguf_read_bpe(&codec->bpe, f, &tokens);
    if (f->ok && kind == CODEC_SCORED) gguf_read_scored(&codec->scored, f, &tokens);
    if (f->ok && kind == CODEC_WORDS) gguf_read_words(&codec->words, f, &tokens);
    if (f->ok) codec->kind = kind;
    bool llama = kind == CODEC_SCORED;  // its special tokens have their places by default
    int count = kind == CODEC_NONE ? V : tokens.count;
    codec->special.begin = special_id(f, "tokenizer.ggml.bos_token_id", llama ? 1 : -1, count);
    codec->special.end = special_id(f, "tokenizer.ggml.eos_token_id", llama ? 2 : -1, count);
    codec->special.padding = special_id(f, "tokenizer.ggml.padding_token_id", -1, count);
    if (!f->ok) codec_free(codec);
    free(tokens.text);
    free(tokens.type);
    free(tokens.score);
}

// ---- Writing --------------------------------------------------------------------------------------------------------

const char *gguf_tokenizer_fault(const struct codec *codec, int V) {
    const struct vocab *vocab = codec->kind == CODEC_WORDS ? &codec->words.words : &codec->scored.vocab;
    if (codec_count(codec) > V) return "the tokenizer has more tokens than the model";
    if (codec->kind != CODEC_WORDS && codec->kind != CODEC_SCORED) return NULL;
    for (int id = 0; id < vocab->count; id++) {
        size_t size;
        const char *string = vocab_string(vocab, id, &size);
        if (has_space_mark(string, size))
            return "the vocabulary has the character U+2581, which stands for spaces there";
    }
    return NULL;
}

void gguf_push_token(struct gguf_texts *list, const char *text, size_t size, enum gguf_token_type type, float score) {
    list->type[list->ends.count] = type;
    list->score[list->ends.count] = score;
    bytes_push(&list->text, text, size);
    cuts_push(&list->ends, list->text.count);
}

static void put_special(struct gguf_writer *w, const struct codec *codec) {
    struct hf_tokens special = codec->special;
    int unknown = codec->kind == CODEC_SCORED ? 0 : -1;
    // Unigram must have one: for a vocabulary without, llama.cpp would take token 2, whatever that is.
    if (codec->kind == CODEC_WORDS) unknown = codec->words.unknown >= 0 ? codec->words.unknown : special.padding;
    if (special.begin >= 0) gguf_put_u32(w, "tokenizer.ggml.bos_token_id", (uint32_t)special.begin);
    if (special.end >= 0) gguf_put_u32(w, "tokenizer.ggml.eos_token_id", (uint32_t)special.end);
    if (special.padding >= 0) gguf_put_u32(w, "tokenizer.ggml.padding_token_id", (uint32_t)special.padding);
    if (unknown >= 0) gguf_put_u32(w, "tokenizer.ggml.unknown_token_id", (uint32_t)unknown);
    // Does every text start with the token that begins one? GPT-2's do not.
    gguf_put_bool(w, "tokenizer.ggml.add_bos_token", special.begin >= 0 && codec->kind != CODEC_BPE);
    gguf_put_bool(w, "tokenizer.ggml.add_eos_token", false);
}

void gguf_put_tokenizer(struct gguf_writer *w, const struct codec *codec, int V) {
    struct gguf_texts list = {.type = alloc_zeroed((size_t)V, sizeof *list.type), .score = alloc_floats((size_t)V)};
    struct bytes merges = {0};
    struct cuts merge_ends = {0};
    gguf_put_text(w, "tokenizer.ggml.model", model_name[codec->kind]);
    if (codec->kind == CODEC_BPE) gguf_push_bpe(&list, &merges, &merge_ends, &codec->bpe);
    if (codec->kind == CODEC_SCORED) gguf_push_scored(&list, &codec->scored);
    if (codec->kind == CODEC_WORDS) gguf_push_words(&list, &codec->words);
    if (codec->kind != CODEC_NONE) {
        for (int id = codec_count(codec); id < V; id++) {
            char name[24];
            int size = snprintf(name, sizeof name, "[PAD%d]", id);
            gguf_push_token(&list, name, (size_t)size, TOKEN_UNUSED, 0);
        }
        gguf_put_texts(w, "tokenizer.ggml.tokens", &list.text, &list.ends);
        gguf_put_ints(w, "tokenizer.ggml.token_type", list.type, (size_t)V);
    }
    if (codec->kind == CODEC_BPE) {
        gguf_put_text(w, "tokenizer.ggml.pre", "gpt-2");
        gguf_put_texts(w, "tokenizer.ggml.merges", &merges, &merge_ends);
    }
    if (codec->kind == CODEC_SCORED || codec->kind == CODEC_WORDS) {
        gguf_put_floats(w, "tokenizer.ggml.scores", list.score, (size_t)V);
        gguf_put_bool(w, "tokenizer.ggml.add_space_prefix", true);
    }
    if (codec->kind == CODEC_WORDS) gguf_put_bool(w, "tokenizer.ggml.remove_extra_whitespaces", true);
    put_special(w, codec);
    bytes_free(&list.text);
    cuts_free(&list.ends);
    bytes_free(&merges);
    cuts_free(&merge_ends);
    free(list.type);
    free(list.score);
}
