// The micro-world: a village in which everything that is said can be checked. Small enough that a model of 0.2 million
// parameters learns its language in about a minute; README.md beside this file shows a document of each kind.
//
// A text is an array of word ids. Same generator state, same text, on every machine. Sections follow the
// micro_world*.c.
#pragma once
#include "common/common.h"

// ---- micro_world.c: words -------------------------------------------------------------------------------------------
enum {
    MW_PAD,           // "<pad>": fills rows; in no document
    MW_BOS,           // "<bos>": begins every document
    MW_EOS,           // "<eos>": ends it
    MW_Q,             // "<q>", "<a>": question and answer of the instructions of chapters 16 to 20; in no document
    MW_A,             //
    MW_WORDS = 138,   // ids 0..137 are words
    MW_V = 144,       // the vocabulary's size for a model: the next multiple of 16; ids 138..143 mean nothing
    MW_LONGEST = 62,  // tokens of the longest document
};

// Words of a class have ids that follow each other. (What belongs to none: "the", "found", "." and so on.)
enum micro_world_class {
    MW_PERSON,  // 12, tom to una
    MW_HOME,    // 8, barn to camp
    MW_PET,     // 8, cat to frog
    MW_FOOD,    // 8, soup to jam
    MW_COLOUR,  // 8, red to white
    MW_OBJECT,  // 8, ball to coin
    MW_NUMBER,  // 19, 0 to 18: the number itself is id - first
    MW_VERB,    // 3, saw, wanted, took: what one can do with things that were found
    MW_STYLE,   // 6: sure, thanks (polite), ugh, fool (rude), um, blah (filler), in this order
    MW_ZOG,     // 8, zib to dri: zog for cat to frog, in this order
    MW_CLASSES
};
struct micro_world_class_words {
    const char *name;  // "person"
    int first, count;  // ids first .. first + count - 1
};
extern const struct micro_world_class_words micro_world_class[MW_CLASSES];

// The word of an id, "<unused>" for an id that is none. And back: the id, or -1 for an unknown word.
const char *micro_world_word(int id);
int micro_world_id(const char *word);
bool micro_world_is(int id, enum micro_world_class what);

// Text: words joined by single spaces. Encode takes any white space between words and returns how many ids it wrote, or
// -1 if a word is unknown or there are more than capacity. Decode cuts what does not fit into size bytes.
int micro_world_encode(int *ids, int capacity, const char *text);
void micro_world_decode(char *text, size_t size, const int *ids, int n);

// Patterns: words in which a capital letter stands for a word of a class: Person, Home, A pet, Food, Colour, Object,
// Number, Verb, Word of style.
//     micro_world_say(ids, n, "P lives in the H .", (int[]){tom, barn})
// writes the pattern's words, with values in place of the letters, to ids[n], ids[n+1], ... and returns the new n.
int micro_world_say(int *ids, int n, const char *pattern, const int *values);
// The sentences of the language. Where one can be said in two ways, both are here.
enum micro_world_attribute {
    MW_LIVES,
    MW_HAS,
    MW_LIKES,
    MW_WEARS,
    MW_ATTRIBUTES
};                                                                  // values: homes, pets, foods, colours
extern const char *const micro_world_fact_form[MW_ATTRIBUTES][2];   // "P lives in the H ."
extern const char *const micro_world_question_form[MW_ATTRIBUTES];  // "where does P live ?"
extern const char *const micro_world_sum_form[2];                   // "N + N = N ."
extern const char *const micro_world_found_form[3];                 // 1, 2, 3 things: "P found a C O ."
extern const char *const micro_world_told_form[3];                  // all of them: "P V the C O ."
extern const char *const micro_world_single_form[3];                // one of them: "so P took the C O ."

// ---- micro_world_truth.c: what holds in the village, and what is never asked ----------------------------------------
// 12 persons x 4 attributes = 48 facts, drawn once and for all from MW_SEED.
enum { MW_SEED = 7 };
int micro_world_fact(int person, enum micro_world_attribute attribute);  // ids: tom, MW_LIVES -> camp

// Held out. Instructions for training (chapters 16 to 20) must not ask for these; instructions for testing ask for
// nothing else. Held-out facts and sums do occur in documents: who answers them has learnt them there, from plain text.
// Held-out lists, counts and findings occur in no document.
bool micro_world_held_fact(int person, enum micro_world_attribute attribute);  // 12 of 48: one of every person
bool micro_world_held_sum(int a, int b);               // 20 of the 100 a + b, 0 <= a, b <= 9; with a + b also b + a
bool micro_world_held_words(const int *words, int n);  // 1 in 5, by a hash of the ids in their order

// Draws held-out ones, or others, uniformly.
// n different words of a class (pets, foods, colours, objects or zog), 2 <= n <= 8.
void micro_world_draw_list(int *words, int n, enum micro_world_class what, bool held, struct rng *r);
// things (count pairs: colour, object), all colours and all objects different, 1 <= count <= 3
void micro_world_draw_things(int *things, int count, bool held, struct rng *r);
// What to count: word is a pet, food or object, how_many 1..6. Held out is the pair of word and number's id.
void micro_world_draw_count(int *word, int *how_many, bool held, struct rng *r);

// ---- micro_world_documents.c: texts to pretrain on ------------------------------------------------------------------
enum micro_world_kind { MW_FACTS, MW_STORY, MW_SUMS, MW_REPEAT, MW_REVERSE, MW_COUNT, MW_KINDS };
extern const char *const micro_world_kind_name[MW_KINDS];  // "facts", ...

// Writes a document, from <bos> to <eos>, to ids (room for MW_LONGEST) and returns its length. 18% facts, 40% stories,
// 9% sums, 13% repeat, 13% reverse, 7% count; 24 tokens on average.
int micro_world_document(int *ids, struct rng *r);
int micro_world_document_of(int *ids, enum micro_world_kind kind, struct rng *r);
// The kind of a document, by its first words; -1 if they begin none.
int micro_world_kind_of(const int *ids, int n);

// Whole documents, one behind the other, until there are at least `tokens` ids. Other streams, other documents.
enum { MW_TRAINING, MW_VALIDATION, MW_CRAWL };  // streams; the last is that of the pages below
struct micro_world_corpus {
    int *ids, tokens;       // (tokens)
    int *start, documents;  // (documents + 1): document i is ids[start[i]] .. ids[start[i+1] - 1]
};
struct micro_world_corpus micro_world_corpus(int tokens, uint64_t seed, uint64_t stream);
void micro_world_corpus_free(struct micro_world_corpus *c);

// What nobody can foresee: the entropy of a document, in nats, for a reader who knows all there is to know here and
// reads one document at a time. No mean loss per predicted token is below this / (mean tokens of a document - 1). In
// rows packed by length a reader may do a little better: where a document stands betrays how long it is, and so its
// kind.
double micro_world_entropy(void);

// ---- micro_world_check.c: is it right? ------------------------------------------------------------------------------
// Whether ids (n), from <bos> to <eos>, is a document: every sentence follows the grammar, and what it says holds:
// facts, sums, lists and counts are right, and a story tells only of what was found in it. If not, fault (size bytes)
// names the first fault: "3 + 4 is 8: 7 expected". fault may be NULL. Any ids may be given.
bool micro_world_well_formed(const int *ids, int n, char *fault, size_t size);

// ---- micro_world_probes.c: what does a model know? ------------------------------------------------------------------
// The beginning of a document, and the only right way on, to the next full stop. Facts and sums are ones that occur in
// documents; lists, counts and findings are held out.
enum micro_world_probe_kind {
    MW_PROBE_FACT,      // <bos> tom lives in the                                  -> camp .
    MW_PROBE_SUM,       // <bos> 3 + 4 =                                           -> 7 .
    MW_PROBE_REPEAT,    // <bos> repeat cat dog hen =                              -> cat dog hen .
    MW_PROBE_REVERSE,   // <bos> reverse cat dog hen =                             -> hen dog cat .
    MW_PROBE_COUNT,     // <bos> count cat cat =                                   -> 2 .
    MW_PROBE_RECALL_1,  // <bos> max found a blue cup . so ann took the blue       -> cup .
    MW_PROBE_RECALL_3,  // <bos> max found a C O , a C O and a C O . so ann took the C -> O .
    MW_PROBES
};
extern const char *const micro_world_probe_name[MW_PROBES];
struct micro_world_probe {
    int prompt[24], prompt_count;
    int answer[6], answer_count;
};
struct micro_world_probe micro_world_probe(enum micro_world_probe_kind kind, struct rng *r);

// ---- micro_world_pages.c: the village's part of the web, uncleaned --------------------------------------------------
// Pages as text, to learn cleaning on: 60 to 150 words in several lines, a line of a good page being a document without
// <bos> and <eos>. Every page comes with what it is.
enum micro_world_page_kind {
    MW_PAGE_GOOD,       // 50%: documents
    MW_PAGE_SALAD,      // 8%: the village's words, in no order
    MW_PAGE_SPAM,       // 8%: an advertisement, again and again
    MW_PAGE_NOISE,      // 7%: random characters
    MW_PAGE_MENU,       // 7%: what surrounds texts: menus, notices of cookies and copyright, with a document among them
    MW_PAGE_COPY,       // 10%: an earlier good page, word for word
    MW_PAGE_NEAR_COPY,  // 10%: an earlier good page in which 2 to 4 words were replaced
    MW_PAGE_KINDS
};
extern const char *const micro_world_page_name[MW_PAGE_KINDS];   // "good", ...
bool micro_world_page_is_junk(enum micro_world_page_kind kind);  // salad, spam, noise, menu
struct micro_world_page {
    char *text;
    enum micro_world_page_kind kind;
    int original;  // of a copy or near copy: the index of the page it was made from; else -1
};
struct micro_world_page *micro_world_pages(int n, uint64_t seed);  // n >= 0; the first is good
void micro_world_pages_free(struct micro_world_page *pages, int n);
