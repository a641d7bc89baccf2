// The course's tokenizers behind one face: whoever runs a model wants ids from text and text from ids, and does not
// care which chapter's tokenizer made them.
#pragma once
#include "10-tokenizer/tokenizer.h"
#include "14-pretraining/hf_folder.h"
#include "14-pretraining/word_tokenizer.h"
#include "common/common.h"

// Starts as {0}: no tokenizer.
struct codec {
    enum codec_kind { CODEC_NONE, CODEC_BPE, CODEC_WORDS, CODEC_SCORED } kind;
    struct tokenizer bpe;         // byte-level, as GPT-2's
    struct word_tokenizer words;  // of the micro-world
    struct scored scored;         // SentencePiece's, as llama2.c writes it
    struct hf_tokens special;     // begin, end and padding of a text, or -1
};
void codec_free(struct codec *c);
int codec_count(const struct codec *c);  // its tokens, 0: none; a model may have more, ids without text

// ---- codec.c: ids and text ------------------------------------------------------------------------------------------
// Appends the ids of text, after the token that begins a text if `begin` and there is one. Returns where in text a word
// starts that the vocabulary lacks (words only), else size.
size_t codec_encode(struct ids *out, const struct codec *c, const char *text, size_t size, bool begin);
// Appends the bytes of n tokens; nothing for special ones.
void codec_decode(struct bytes *out, const struct codec *c, const int *ids, size_t n);
// Appends the bytes that token `id` adds to a text whose last token is `before` (special ones do not count; -1: the
// text is empty), so that the pieces, one after the other, are codec_decode's text: what a program prints while the
// text grows.
void codec_piece(struct bytes *out, const struct codec *c, int before, int id);
// The bytes of every token (in the middle of a text), one after the other, and where each ends: what constrain.c wants.
void codec_pieces(struct bytes *text, struct cuts *end, const struct codec *c);
bool codec_is_special(const struct codec *c, int id);  // has this token a task of its own, and no text?

// ---- codec_files.c --------------------------------------------------------------------------------------------------
// Readers return false on any fault, with c empty and file, place, what was expected and what was found in error.
// The tokenizer of a Hugging Face folder: tokenizer.json, or GPT-2's vocab.json and merges.txt, and config.json, which
// says what is special. A folder without them is fine: kind CODEC_NONE.
bool codec_read_folder(struct codec *c, const char *dir, char *error, size_t error_size);
// A file of its own: a tokenizer.json (its name ends in .json), or llama2.c's.
bool codec_read_file(struct codec *c, const char *path, char *error, size_t error_size);
// Writes dir/name, a tokenizer.json. A codec of kind CODEC_NONE writes nothing. Dies where it cannot be written.
void codec_save_json(const struct codec *c, const char *dir, const char *name);
// The same as dir/tokenizer.json, and beside it dir/tokenizer_config.json for models of texts of up to T tokens.
void codec_save_folder(const struct codec *c, const char *dir, int T);
// Writes dir/name as llama2.c's tokenizer file; c is of kind CODEC_SCORED.
void codec_save_llama2c(const struct codec *c, const char *dir, const char *name);
