// Models as GGUF files: the format itself is in gguf_file.h; here is what llama.cpp calls the parts of a model. Two of
// its architectures, in the shapes of chapter 13: "gpt2" and "llama".
//
// Functions that return bool return false on any fault, with the file, the byte, what was expected and what was found
// in error (error_size bytes at most, cut to fit).
#pragma once
#include "15-inference/gguf_file.h"
#include "15-inference/model_file.h"

// ---- gguf_model.c ---------------------------------------------------------------------------------------------------
// m = the model and its tokenizer. Refused, with m left empty, is whatever chapter 13's model or this course's
// tokenizers would compute otherwise, as hf_load does. Memory for the weights is taken once the file has been seen to
// hold them.
bool gguf_read(struct model_file *m, const char *path, char *error, size_t error_size);
// Appends to l, which is empty, what is in the file; its tensors may be of any type.
bool gguf_list(struct model_listing *l, const char *path, char *error, size_t error_size);
// Writes path, version 3: matrices in `type`, or in F32 where a row is no whole number of blocks; norms, biases and the
// position table in F32; a Q4_0 model's token table and head in Q8_0, as decoder_init has them; and the tokenizer. Read
// again, the numbers are those that were written, so nothing is rounded twice. false, and why, where a GGUF file cannot
// hold the model; dies, naming the file, where the disk refuses.
bool gguf_write(const char *path, enum number_type type, const struct model_file *m, char *error, size_t error_size);

// ---- gguf_config.c: sizes -------------------------------------------------------------------------------------------
// Pairs such as "llama.block_count". On a fault f->ok is false.
struct gpt_config gguf_read_config(struct gguf_fields *f);
void gguf_put_config(struct gguf_writer *w, const struct gpt_config *c);

// ---- gguf_weights.c: numbers ----------------------------------------------------------------------------------------
// Tensors such as "blk.0.attn_q.weight". *params = all of them, as gpt_tensors lays them out, which the caller frees,
// and *type what most are; NULL, and f->ok false, on a fault.
void gguf_read_weights(float **params, enum number_type *type, struct gguf_fields *f, const struct gpt_config *c);
// In which type a tensor of ours (its name without the block, cols 0: a vector) is kept in a model of `type`: vectors,
// the position table and rows that are no whole number of blocks in F32; a Q4_0 model's token table and head in Q8_0.
enum number_type gguf_kept_type(const char *ours, size_t cols, enum number_type type);
void gguf_put_weights(struct gguf_writer *w, enum number_type type, const struct gpt_config *c, const float *params);

// ---- gguf_tokenizer.c: text -----------------------------------------------------------------------------------------
// The tokenizer of a model of V tokens, in llama.cpp's names "gpt2" (CODEC_BPE), "llama" (CODEC_SCORED), "t5"
// (CODEC_WORDS: every word is a piece that starts with a space) and "no_vocab" (CODEC_NONE). Tokens of the type
// "unused" at the end of the list, which is always as long as V, are no tokens here. On a fault f->ok is false and
// codec empty.
void gguf_read_tokenizer(struct codec *codec, struct gguf_fields *f, int V);
// What keeps a codec from being written, or NULL.
const char *gguf_tokenizer_fault(const struct codec *codec, int V);
void gguf_put_tokenizer(struct gguf_writer *w, const struct codec *codec, int V);

// ---- gguf_bpe.c, gguf_scored.c, gguf_words.c: the three kinds -------------------------------------------------------
// The lists that every kind has. A token's type says what it is for.
enum gguf_token_type {
    TOKEN_NORMAL = 1,
    TOKEN_UNKNOWN = 2,       // what becomes of text that no token fits
    TOKEN_CONTROL = 3,       // <bos>: has no text
    TOKEN_USER_DEFINED = 4,  // has, and is looked for first
    TOKEN_UNUSED = 5,
    TOKEN_BYTE = 6,  // <0x0A>, a byte of a character that has no token
};
struct gguf_tokens {
    int count;                     // without the unused ones at the end
    struct gguf_string *text;      // (count)
    enum gguf_token_type *type;    // (count)
    float *score;                  // (count); 0 where the file has none
    const struct gguf_pair *pair;  // of the texts, for messages
};
void gguf_read_bpe(struct tokenizer *t, struct gguf_fields *f, const struct gguf_tokens *tokens);
void gguf_read_scored(struct scored *s, struct gguf_fields *f, const struct gguf_tokens *tokens);
void gguf_read_words(struct word_tokenizer *t, struct gguf_fields *f, const struct gguf_tokens *tokens);
// A fault of token i.
void gguf_refuse_token(struct gguf_fields *f, const struct gguf_tokens *tokens, int i, const char *expected);

// Tokens on their way to a file.
struct gguf_texts {
    struct bytes text;  // one after the other
    struct cuts ends;
    int *type;     // (V)
    float *score;  // (V)
};
void gguf_push_token(struct gguf_texts *list, const char *text, size_t size, enum gguf_token_type type, float score);
void gguf_push_bpe(struct gguf_texts *list, struct bytes *merges, struct cuts *merge_ends, const struct tokenizer *t);
void gguf_push_scored(struct gguf_texts *list, const struct scored *s);
void gguf_push_words(struct gguf_texts *list, const struct word_tokenizer *t);
