// A small language: reviews of restaurants, in which every choice hangs on another one.
#include "13-transformer/tasks.h"

const char *const word_kind_names[WORD_KINDS] = {"noun", "was/were", "adjective", "and/but", "what we did", "other"};

// The three groups of nouns (things to eat, people, places) have adjectives of their own.
enum { GROUPS = 3, EACH = 3, ENDINGS = 2 };
enum {
    THE = WORDS_SPECIAL,
    WAS,
    WERE,
    NOT,
    AND,
    BUT,
    COMMA,
    SO,
    WE,
    STOP,
    NOUNS,                                    // group, then one or many, then which
    ADJECTIVES = NOUNS + GROUPS * 2 * EACH,   // group, then blame or praise, then which
    ENDING = ADJECTIVES + GROUPS * 2 * EACH,  // blame or praise, then which
};
static const char *const words[LANGUAGE_V] = {
    "_",     "?",       "<s>",    "the",    "was",    "were",   "not",     "and",    "but",     ",",      "so",
    "we",    ".",       "soup",   "cake",   "pie",    "soups",  "cakes",   "pies",   "cook",    "waiter", "owner",
    "cooks", "waiters", "owners", "room",   "table",  "garden", "rooms",   "tables", "gardens", "stale",  "burnt",
    "cold",  "fresh",   "tasty",  "warm",   "rude",   "lazy",   "slow",    "kind",   "polite",  "quick",  "dirty",
    "dark",  "ugly",    "clean",  "bright", "pretty", "left",   "frowned", "stayed", "smiled"};

const char *word_name(int token) {
    return words[token];
}

static int word_class(int token) {
    if (token >= ENDING) return ENDING + (token - ENDING) / ENDINGS;
    return token < NOUNS ? token : NOUNS + (token - NOUNS) / EACH;
}

bool words_alike(int a, int b) {
    return word_class(a) == word_class(b);
}

static void say(struct review *r, int token, enum word_kind kind) {
    r->kind[r->n] = kind;
    r->tokens[r->n++] = token;
}

// "the soups were not stale": praise, for two turns make none.
static void say_clause(struct review *r, int praise, struct rng *rng) {
    int group = rng_below(rng, GROUPS), many = rng_below(rng, 2), turned = rng_below(rng, 6) == 0;
    int good = turned ? !praise : praise;
    say(r, THE, KIND_OTHER);
    say(r, NOUNS + (group * 2 + many) * EACH + rng_below(rng, EACH), KIND_NOUN);
    say(r, many ? WERE : WAS, KIND_VERB);
    if (turned) say(r, NOT, KIND_OTHER);
    say(r, ADJECTIVES + (group * 2 + good) * EACH + rng_below(rng, EACH), KIND_ADJECTIVE);
}

void review_draw(struct review *r, bool ending, struct rng *rng) {
    r->n = 0;
    r->praise = rng_below(rng, 2);
    int first = rng_below(rng, 2);
    say(r, WORD_START, KIND_OTHER);
    say_clause(r, first, rng);
    say(r, first == r->praise ? AND : BUT, KIND_JOIN);
    say_clause(r, r->praise, rng);
    if (ending) {
        say(r, COMMA, KIND_OTHER);
        say(r, SO, KIND_OTHER);
        say(r, WE, KIND_OTHER);
        say(r, ENDING + r->praise * ENDINGS + rng_below(rng, ENDINGS), KIND_ENDING);
    }
    say(r, STOP, KIND_OTHER);
}
