// Tokenizers: text as a list of small integers, and back. Sections follow the files of this chapter.
//
// Text is bytes with a size; it may hold any byte, zeros and broken UTF-8 too. A token is a string of bytes with a
// number, its id. The vocabulary (V tokens, ids 0..V-1) is the list of all of them.
#pragma once
#include "common/common.h"

// ---- lists.c (given): lists that grow -------------------------------------------------------------------------------
// All start as {0}. Append with push; free returns a list to {0}.
struct ids {
    int *id;
    size_t count, capacity;
};
struct cuts {  // where pieces end: piece k is the bytes end[k-1]..end[k]-1 (end[-1] read as 0)
    size_t *end;
    size_t count, capacity;
};
struct bytes {
    char *data;
    size_t count, capacity;
};
void ids_push(struct ids *list, int id);
void ids_free(struct ids *list);
void cuts_push(struct cuts *list, size_t end);
void cuts_free(struct cuts *list);
void bytes_push(struct bytes *list, const char *data, size_t size);
void bytes_free(struct bytes *list);

// ---- vocab.c (given): strings of bytes and their ids ----------------------------------------------------------------
struct vocab {
    int count;           // V
    struct bytes bytes;  // all strings, one after the other
    struct cuts cuts;    // where each one ends
    int longest;         // bytes of the longest
    int *slot;           // hash table: ids, -1 is empty
    int slots;
};
// Appends a string, with the next id, which it returns; -1, and nothing changes, if the vocabulary has it already.
int vocab_add(struct vocab *v, const char *string, size_t size);
int vocab_find(const struct vocab *v, const char *string, size_t size);  // its id, or -1
const char *vocab_string(const struct vocab *v, int id, size_t *size);   // not terminated. Dies if there is no such id
void vocab_free(struct vocab *v);

// ---- pair_map.c (given): numbers for pairs of ids -------------------------------------------------------------------
struct pair_map {
    struct pair_slot {
        int left, right, value;  // left -1: empty
    } * slot;
    int slots, count;
};
int pair_map_get(const struct pair_map *m, int left, int right);        // its value, or -1
void pair_map_set(struct pair_map *m, int left, int right, int value);  // value >= 0
void pair_map_free(struct pair_map *m);

// ---- byte_table.c: a printable character for every byte -------------------------------------------------------------
// Published vocabularies are text files, so every byte needs a visible character: the 188 bytes that Latin-1 prints
// (33..126, 161..172, 174..255) are their own character; the other 68 take the code points 256, 257, ... in order of
// the byte. So the space, byte 32, is 256 + 32 = 288, "Ġ", and the newline 266, "Ċ".
//   code (256): the code point of every byte
//   id (256): the token of every byte: its place when the bytes are sorted by code point, 0..255
// (Radford et al. 2019, the program that came with GPT-2.)
void byte_table(int *code, int *id);

// ---- regex.c (given): Unicode patterns (the library PCRE2) ----------------------------------------------------------
// The pattern by which GPT-2 cuts text: contractions ('s 't 're 've 'm 'll 'd), letters, digits or other marks, each
// with one space before them, and white space, whose last character is left for what follows.
struct regex;
struct regex *regex_gpt2(void);
// Bytes of the piece that starts at text[at], 1 or more. text must be valid UTF-8; at < size.
size_t regex_piece(const struct regex *r, const char *text, size_t size, size_t at);
void regex_free(struct regex *r);

size_t utf8_run(const char *text, size_t size);    // how many bytes from the start are valid UTF-8
size_t broken_run(const char *text, size_t size);  // how many bytes before the next valid character, or the end

// ---- split.c: text into pieces --------------------------------------------------------------------------------------
// Cuts text into pieces that no token may cross, and appends where each ends. Valid UTF-8 is cut by regex_piece; a run
// of bytes that are not valid UTF-8 is one piece, and ends what came before it. The pieces cover the text.
//   "It's  5 cm" -> It | 's | " " | " 5" | " cm"
void split_text(struct cuts *out, const struct regex *r, const char *text, size_t size);

// ---- words.c (given): every different piece once --------------------------------------------------------------------
// A text repeats its words, so training works on the different ones and remembers how often each came.
struct words {
    struct word {
        int *id;  // its symbols, length of them
        int length;
        long count;  // how often the text has it
    } * word;
    int count, capacity;
    struct vocab strings;  // the words' bytes: word i is string i
};
// The pieces of a text, their bytes as ids by byte_table.
void words_count(struct words *w, const struct regex *r, const char *text, size_t size);
void words_free(struct words *w);

// ---- pair_counts.c (given): how often each pair stands side by side -------------------------------------------------
struct pair_counts {
    struct pair_entry {
        int left, right;
        long count;        // in the whole text; 0 once all of them are merged
        struct ids words;  // words that hold it, or did once; some more than once
    } * pair;
    int count, capacity;
    struct pair_map place;
};
// The entry of a pair, which is made (count 0) if it is new. The pointer holds until the next call.
struct pair_entry *pair_counts_find(struct pair_counts *p, int left, int right);
void pair_counts_free(struct pair_counts *p);

// ---- bpe_train.c: which pairs become tokens -------------------------------------------------------------------------
struct merge {
    int left, right, made;  // left and right, side by side, become made
};

// Adds sign * (the word's count) to the count of every pair of neighbours in word `index` of w: a pair that stands in
// it twice gets it twice. sign is +1 or -1. With +1, notes the word in the pair's list of words.
void pairs_add(struct pair_counts *p, const struct words *w, int index, int sign);

// Replaces left, right by made wherever they are neighbours in ids (n), from left to right. Returns the new length.
//   merge_pair({1, 1, 1, 2}, 4, 1, 1, 9) -> 3, {9, 1, 2}
int merge_pair(int *ids, int n, int left, int right, int made);

// The place of the pair to merge next: the one with the highest count; of equal counts the one with the smaller left
// id, then the smaller right id. -1 if no pair has a count of 2 or more.
int best_pair(const struct pair_counts *p);

// Finds up to max merges in w, whose words it changes: again and again the best pair becomes a token, with the ids
// first, first + 1, ... Returns how many merges it wrote. Counts pairs once, and then mends the counts of those words
// that hold the merged pair. (Sennrich, Haddow and Birch 2016, "Neural machine translation of rare words with subword
// units"; on bytes: Radford et al. 2019.)
int bpe_train(struct merge *merges, struct words *w, int first, int max);

// ---- tokenizer.c (given): a byte-level BPE tokenizer ----------------------------------------------------------------
struct tokenizer {
    struct vocab vocab;   // the bytes of every token
    int byte_id[256];     // the token of every byte
    struct merge *merge;  // in order of rank: the first comes first
    int merges;
    struct pair_map rank;  // (left, right) -> its place in merge
    struct regex *regex;
};
// Learns at most `merges` merges from text. Ids: 0..255 the bytes, by byte_table; 256 + k what merge k makes.
void tokenizer_train(struct tokenizer *t, const char *text, size_t size, int merges);
// The same tokenizer with its first `merges` merges only. For one that tokenizer_train made, without special tokens.
void tokenizer_first_merges(struct tokenizer *out, const struct tokenizer *t, int merges);
// A token that no text gives and that only the caller writes, such as "<|endoftext|>". Printable ASCII without spaces.
// Returns its id; dies if the vocabulary has it.
int tokenizer_add_special(struct tokenizer *t, const char *name);
// Appends the ids of text. Never gives a special token. tokenizer_decode gives every text back, byte by byte.
void tokenizer_encode(struct ids *out, const struct tokenizer *t, const char *text, size_t size);
void tokenizer_free(struct tokenizer *t);

// ---- bpe_encode.c: merges applied, and undone -----------------------------------------------------------------------
// Merges one piece, ids (n), as far as it goes: while there is a pair with a rank, the pair of the lowest rank, wherever
// it stands in the piece. Returns the new length.
int bpe_encode_word(int *ids, int n, const struct tokenizer *t);

// Appends the bytes of n tokens.
void tokenizer_decode(struct bytes *out, const struct tokenizer *t, const int *ids, size_t n);

// ---- read_tokenizer.c, write_tokenizer.c (given): files (JSON by the library Jansson) -------------------------------
// Readers return false on any fault, with t empty and the reason in error (error_size bytes at most): file, place,
// what was expected and what was found. Refused are, among others, ids that repeat or leave a gap, merges of unknown
// tokens, merges that repeat, and merges whose parts are only made later.
bool tokenizer_read_gpt2(struct tokenizer *t, const char *vocab_json, const char *merges_txt, char *error,
                         size_t error_size);
// tokenizer.json, as Hugging Face's `tokenizers` writes it: model BPE, pre-tokenizer ByteLevel.
bool tokenizer_read_json(struct tokenizer *t, const char *path, char *error, size_t error_size);
// The same of what such a file holds, when that came by another way; path is only for messages.
struct json_t;
bool tokenizer_from_json(struct tokenizer *t, struct json_t *root, const char *path, char *error, size_t error_size);
void tokenizer_load(struct tokenizer *t, const char *path);  // tokenizer_read_json; dies on a fault
// Writes dir/name as tokenizer.json. A token that is no byte and that no merge makes is saved as a special one.
void tokenizer_save(const struct tokenizer *t, const char *dir, const char *name);
void bytes_push_utf8(struct bytes *out, int code);  // one character

// ---- wordpiece.c: the longest piece that fits -----------------------------------------------------------------------
// Pieces that continue a word start with "##". Appends the pieces of one word (no spaces): the longest piece of v that
// the word starts with, then again for the rest, with ## before it. Where nothing fits, the whole word is the one
// token unknown. (Schuster and Nakajima 2012; Devlin et al. 2018, BERT.)
//   pieces un, ##aff, ##able; "unaffable" -> un ##aff ##able
void wordpiece_encode_word(struct ids *out, const struct vocab *v, int unknown, const char *word, size_t n);

// Given (wordpiece_train.c): at most `count` pieces, learned by bpe_train on the words of text, and "[UNK]", id 0.
void wordpiece_train(struct vocab *v, const char *text, size_t size, int count);

// ---- unigram.c: the most probable pieces ----------------------------------------------------------------------------
// Every piece has a probability, and a segmentation the product of those of its pieces. All 256 single bytes are pieces.
// (Kudo 2018, "Subword regularization".)
struct unigram {
    struct vocab pieces;
    double *logp;  // (V) natural logarithms
};
// Appends the pieces of the most probable segmentation of word (n bytes, n >= 1). Returns its log-probability.
double unigram_viterbi(struct ids *out, const struct unigram *u, const char *word, size_t n);

// Expected counts. Adds to counts (V) weight * (how often each piece is used in word, averaged over ALL segmentations,
// each weighted by its probability given the word). Returns the log of the sum of the probabilities of all
// segmentations.
double unigram_expect(double *counts, const struct unigram *u, const char *word, size_t n, double weight);
double log_add(double a, double b);  // log(e^a + e^b), for a, b >= -INFINITY (given, in unigram_train.c)

// Given (unigram_train.c): `count` pieces (256 or more) from text, by expectation-maximisation and pruning.
void unigram_train(struct unigram *u, const char *text, size_t size, int count);
void unigram_free(struct unigram *u);

// ---- scored.c: merges by score, as SentencePiece and llama2.c do ----------------------------------------------------
// Ids 0, 1 and 2 are unknown, begin and end of text; 3 + b is the byte b, for characters that the vocabulary lacks.
struct scored {
    struct vocab vocab;
    float *score;  // (V)
};
// Appends what merging starts from: the token " " if there is any text, then a token for every UTF-8 character, or, where the
// vocabulary lacks it, one for every byte of it. Bytes that are not valid UTF-8 become byte tokens too.
void scored_start(struct ids *out, const struct scored *s, const char *text, size_t size);

// Merges ids (n) in place: while any two neighbours are together a token, those two whose token has the highest score,
// of equal scores the leftmost. Returns the new length.
int scored_merge(int *ids, int n, const struct scored *s);
int scored_joined(const struct scored *s, int a,
                  int b);  // the token that the strings of a and b are together, or -1 (given)

// Given (read_scored.c). scored_read reads llama2.c's tokenizer file, and fails as the readers above do.
bool scored_read(struct scored *s, const char *path, char *error, size_t error_size);
void scored_encode(struct ids *out, const struct scored *s, const char *text,
                   size_t size);  // scored_start, scored_merge
// Appends the bytes of n tokens, without the first one's leading space, and nothing for the ids 0, 1 and 2.
void scored_decode(struct bytes *out, const struct scored *s, const int *ids, size_t n);
void scored_free(struct scored *s);
