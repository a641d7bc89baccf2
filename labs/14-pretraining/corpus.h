// What to learn from: the micro-world, or any text. Either is cut into rows of tokens, most to train on and some to test on,
// and knows how to write its tokens as text again.
#pragma once
#include "14-pretraining/pretraining.h"
#include "14-pretraining/word_tokenizer.h"

struct corpus {
    bool village;                 // the micro-world: words; else byte-level BPE
    struct tokenizer bpe;         // of a text
    struct word_tokenizer words;  // of the micro-world
    int V;                        // the model's vocabulary
    int begin, end;               // tokens around a document; -1: none
    int *token_bytes;             // (V), of a text; NULL for the micro-world
    size_t bytes;                 // of the text; 0 for the micro-world
    size_t tokens;                // for training
    size_t cut;                   // documents that a row's end cuts
    size_t chopped;               // of the micro-world: that pack_chop would have cut
    double floor;  // of the micro-world: what a reader who knows all there is pays on the test rows; else 0
    struct rows train, test;
};
// About `tokens` tokens of documents from the village for training, packed whole into rows, and a tenth of that for testing, each document
// in a row of its own. longest_first: a row's documents stay in the order in which best fit took them. The same seed gives the same corpus.
void corpus_micro_world(struct corpus *c, int tokens, int T, bool longest_first, uint64_t seed);
// A text (text_load's names: "king-james", "tang", or a file), cut into tokens by a vocabulary of up to V tokens that is learned from
// it, or by the tokenizer.json of the folder `vocabulary` if that is not "". The last tenth is for testing. Dies if the text is too
// short for a row of each.
void corpus_text(struct corpus *c, const char *name, const char *vocabulary, int V, int T);
void corpus_free(struct corpus *c);

// Appends the text of n tokens. Marks of the micro-world's documents (<bos>, <eos>) are left out.
void corpus_decode(struct bytes *out, const struct corpus *c, const int *tokens, size_t n);
// Writes dir/tokenizer.json and dir/tokenizer_config.json.
void corpus_save_tokenizer(const struct corpus *c, const char *dir, int T);
// A number that differs, in all likelihood, where any token of the training rows differs.
uint64_t corpus_hash(const struct corpus *c);
