// What the toy model reads: symbols to repeat, and sentences with an "it".
#include <string.h>

#include "12-attention/toy.h"

void toy_repeat_batch(struct toy_batch *batch, enum toy_task task, int n, struct rng *r) {
    int T = 2 * n + 1, symbols[TOY_SYMBOLS];
    batch->T = T;
    batch->count = 0;
    for (int i = 0; i < TOY_SYMBOLS; i++) symbols[i] = i;
    for (int b = 0; b < batch->B; b++) {
        rng_shuffle(r, symbols, TOY_SYMBOLS);
        int *text = batch->tokens + b * T;
        text[0] = TOY_START;
        memcpy(text + 1, symbols, n * sizeof(int));
        text[n + 1] = TOY_TURN;
        batch->length[b] = T;
        for (int i = 0; i < n; i++) {
            int y = symbols[task == TOY_COPY ? i : n - 1 - i];
            if (i < n - 1) text[n + 2 + i] = y;
            batch->rows[batch->count] = b * T + n + 1 + i;
            batch->targets[batch->count++] = y;
        }
    }
}

// ---- sentences ------------------------------------------------------------------------------------------------------
enum { ANIMALS = 16, PLACES = 16, NOUNS = ANIMALS + PLACES };
static const char *const words[] = {
    // animals, then places
    "animal", "dog", "cat", "horse", "child", "boy", "girl", "man", "woman", "fox", "rabbit", "goat", "cow", "turtle",
    "soldier", "wolf", "street", "road", "river", "bridge", "field", "desert", "square", "valley", "lake", "ditch",
    "track", "meadow", "forest", "swamp", "canal", "avenue",
    // what else there is
    "tired", "slow", "sleepy", "lazy", "wide", "long", "deep", "muddy", "fast", "far", "clever", "strong", "the", "did",
    "not", "cross", "crossed", "catch", "caught", "because", "it", "was", "too", "by", "."};
enum { TIRED = NOUNS, WIDE = TIRED + 4, FAST = WIDE + 4 };  // four each: of who acts, of a place, of who is chased

const char *sentence_word(int token) {
    return words[token];
}

int sentence_vocabulary(void) {
    return COUNT(words);
}

static int token_of(const char *word, size_t size) {
    for (int t = 0; t < COUNT(words); t++) {
        if (strlen(words[t]) == size && memcmp(words[t], word, size) == 0) return t;
    }
    die("\"%.*s\" is not a word of the sentences.", (int)size, word);
}

// Sentence b of the batch; "it" asks for `answer`.
static void add_sentence(struct toy_batch *batch, int b, const char *sentence, int answer) {
    int *text = batch->tokens + b * SENTENCE_TOKENS, t = 0;
    for (const char *at = sentence; *at; t++) {
        size_t size = strcspn(at, " ");
        if (t == SENTENCE_TOKENS) die("\"%s\" has more than %d words.", sentence, SENTENCE_TOKENS);
        text[t] = token_of(at, size);
        if (strcmp(words[text[t]], "it") == 0) {
            batch->rows[batch->count] = b * SENTENCE_TOKENS + t;
            batch->targets[batch->count++] = answer;
        }
        at += size + (at[size] == ' ');
    }
    batch->length[b] = t;
    for (; t < SENTENCE_TOKENS; t++) text[t] = token_of(".", 1);
}

void sentence_batch(struct toy_batch *batch, bool testing, struct rng *r) {
    batch->T = SENTENCE_TOKENS;
    batch->count = 0;
    for (int b = 0; b < batch->B; b++) {
        int actor, other;
        bool chase = rng_below(r, 2), passive = rng_below(r, 2), about_actor = rng_below(r, 2);
        do {
            actor = rng_below(r, ANIMALS);
            other = chase ? rng_below(r, ANIMALS) : ANIMALS + rng_below(r, PLACES);
        } while (actor == other || ((actor + other) % 5 == 0) != testing);
        int adjective = (about_actor ? TIRED : chase ? FAST : WIDE) + rng_below(r, 4);
        const char *verb = passive ? chase ? "was not caught by" : "was not crossed by"
                           : chase ? "did not catch"
                                   : "did not cross";
        char sentence[200];
        snprintf(sentence, sizeof sentence, "the %s %s the %s because it was too %s", words[passive ? other : actor],
                 verb, words[passive ? actor : other], words[adjective]);
        add_sentence(batch, b, sentence, about_actor ? actor : other);
    }
}

void sentence_from_words(struct toy_batch *batch, const char *sentence) {
    batch->B = 1;
    batch->T = SENTENCE_TOKENS;
    batch->count = 0;
    add_sentence(batch, 0, sentence, 0);
}
