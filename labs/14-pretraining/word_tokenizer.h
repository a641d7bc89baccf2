// Tokens that are whole words, for small worlds with a known vocabulary. As chapter 10's tokenizer has it: text is
// bytes with a size, a token is a string with an id, 0..V-1. In Hugging Face's words: the model WordLevel after the
// pre-tokenizer WhitespaceSplit, and it gives the same ids as they do.
#pragma once
#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

// Starts as {.unknown = -1}.
struct word_tokenizer {
    struct vocab words;
    struct ids special;  // tokens that are found inside of words too: "<bos>tom" is <bos> and tom
    int unknown;         // the token of all words that are not in the vocabulary; -1: there is none
};

// Adds a word, with the next id, which it returns. Dies if the word is empty, has white space in it or is there
// already.
int word_tokenizer_add(struct word_tokenizer *t, const char *word, bool special);
// Adds "<unk>", special, for all words that are not in the vocabulary.
int word_tokenizer_add_unknown(struct word_tokenizer *t);
void word_tokenizer_free(struct word_tokenizer *t);

// Appends the ids of text, which white space (Unicode's) cuts into words. A word that is not in the vocabulary becomes
// t->unknown. If there is none, returns where in the text that word starts, with the ids of all words before it; else
// returns size.
size_t word_tokenizer_encode(struct ids *out, const struct word_tokenizer *t, const char *text, size_t size);
// Appends the words of n tokens, with a space between two.
void word_tokenizer_decode(struct bytes *out, const struct word_tokenizer *t, const int *ids, size_t n);

bool word_has_space(const char *word, size_t size);  // any white space in these bytes?

// Writes dir/name as a tokenizer.json that Hugging Face's `tokenizers` reads.
void word_tokenizer_save(const struct word_tokenizer *t, const char *dir, const char *name);
// Reads such a file. Returns false on any fault, with t empty and the file, the place, what was expected and what was
// found in error (error_size bytes at most). Refused are, among others, ids that repeat or leave a gap, words with
// white space in them, and other models, pre-tokenizers and normalizers.
bool word_tokenizer_read(struct word_tokenizer *t, const char *path, char *error, size_t error_size);
