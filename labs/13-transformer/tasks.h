// What the chapter's models learn: lists to reverse and to sort, and a small language. (Given.)
#pragma once
#include "common/common.h"

// ---- tasks_lists.c: lists of letters -------------------------------------------------------------------------------
// Tokens 0..9 are the letters a to j; 10 is "=", which ends a list and starts its answer.
enum { LIST_LETTERS = 10, LIST_EQUALS = LIST_LETTERS, LIST_VOCABULARY = LIST_LETTERS + 1 };
enum list_rule { REVERSE, SORT };
struct list_task {
    enum list_rule rule;
    int shortest, longest;  // letters of a list
};

// A batch for a decoder: each row is "c a b = b a c" without its last letter. targets is -1 but where a letter of the
// answer is to be predicted: at "=" and at every letter of the answer but the last.
// With a bidirectional source (source not NULL) the list itself lies there, and tokens hold "= b a".
struct list_batch {
    int B, T, S;                     // rows; length of tokens' and of sources' rows
    int *tokens, *targets, *length;  // (B,T), (B,T), (B)
    int *source, *source_length;     // (B,S), (B); NULL for a decoder alone
};
// apart: source and answer in two rows.
struct list_batch list_batch_new(const struct list_task *task, int B, bool apart);
void list_batch_draw(struct list_batch *batch, const struct list_task *task, struct rng *r);
void list_batch_free(struct list_batch *batch);
void list_print(const int *tokens, int n);  // as letters

// The share of rows in which the likeliest token is right at every position that counts. That is what writing the answer
// token by token would give: as long as all are right, the model has before it just what it would have written itself.
float rows_right(const float *logits, const int *targets, int B, int T, int V);

// ---- tasks_language.c: reviews of one street's restaurants ----------------------------------------------------------
// "the soup was not stale and the waiters were kind , so we stayed ." Adjectives go with their nouns, was and were with
// the number; "not" turns an adjective round; "and" joins two praises or two complaints, "but" one of each; the last
// clause decides what we did. Texts of at most LANGUAGE_T tokens, of LANGUAGE_V kinds.
enum { WORD_PAD, WORD_MASK, WORD_START, WORDS_SPECIAL, LANGUAGE_V = 53, LANGUAGE_T = 18 };
enum word_kind { KIND_NOUN, KIND_VERB, KIND_ADJECTIVE, KIND_JOIN, KIND_ENDING, KIND_OTHER, WORD_KINDS };
struct review {
    int tokens[LANGUAGE_T], n;  // starts with WORD_START
    enum word_kind kind[LANGUAGE_T];
    int praise;  // 1: the last clause praises, 0: it complains
};
// With `ending` the review says what we did ("so we stayed ."): then the praise stands in it, in other words.
void review_draw(struct review *r, bool ending, struct rng *rng);
const char *word_name(int token);
// Do both fit where one does? "soup" and "pie", "kind" and "polite", "left" and "frowned".
bool words_alike(int a, int b);
extern const char *const word_kind_names[WORD_KINDS];
