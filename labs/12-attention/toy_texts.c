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
static const char *const animals[] = {"animal", "dog",  "cat",   "horse", "child", "boy",   "girl",   "man",
                                      "woman",  "fox",  "rabbit", "goat", "cow",   "turtle", "soldier", "pilgrim"};
static const char *const places[] = {"street", "road",  "river", "bridge", "field",  "desert", "square", "valley",
                                     "lake",   "ditch", "track", "meadow", "forest", "swamp",  "canal",  "avenue"};
static const char *const tired[] = {"tired", "hungry", "sleepy", "afraid", "lazy", "old"};
static const char *const wide[] = {"wide", "long", "muddy", "deep", "flooded", "busy"};
static const char *const others[] = {"the", "did", "not", "cross", "because", "it", "was", "too", "crossed", "by", ""};
enum { NOUNS = 16, ADJECTIVES = 6, OTHERS = 11, VOCABULARY = 2 * NOUNS + 2 * ADJECTIVES + OTHERS };

const char *sentence_word(int token) {
    if (token < NOUNS) return animals[token];
    if ((token -= NOUNS) < NOUNS) return places[token];
    if ((token -= NOUNS) < ADJECTIVES) return tired[token];
    if ((token -= ADJECTIVES) < ADJECTIVES) return wide[token];
    return others[token - ADJECTIVES];
}

int sentence_vocabulary(void) {
    return VOCABULARY;
}

static int token_of(const char *word, size_t size) {
    for (int t = 0; t < VOCABULARY; t++) {
        if (strlen(sentence_word(t)) == size && memcmp(sentence_word(t), word, size) == 0) return t;
    }
    die("\"%.*s\" is not a word of the sentences.", (int)size, word);
}

// Adds one sentence to the batch; "it" asks for `answer`.
static void add_sentence(struct toy_batch *batch, int b, const char *words, int answer) {
    int *text = batch->tokens + b * batch->T, t = 0;
    for (const char *at = words; *at; t++) {
        size_t size = strcspn(at, " ");
        if (t == batch->T) die("\"%s\" has more than %d words.", words, batch->T);
        text[t] = token_of(at, size);
        if (strcmp(sentence_word(text[t]), "it") == 0) {
            batch->rows[batch->count] = b * batch->T + t;
            batch->targets[batch->count++] = answer;
        }
        at += size + (at[size] == ' ');
    }
    batch->length[b] = t;
    for (; t < batch->T; t++) text[t] = VOCABULARY - 1;
}

void sentence_batch(struct toy_batch *batch, bool testing, struct rng *r) {
    batch->T = SENTENCE_TOKENS;
    batch->count = 0;
    for (int b = 0; b < batch->B; b++) {
        int animal, place;
        do {
            animal = rng_below(r, NOUNS), place = rng_below(r, NOUNS);
        } while (((animal + place) % 5 == 0) != testing);
        bool is_tired = rng_below(r, 2);
        const char *adjective = (is_tired ? tired : wide)[rng_below(r, ADJECTIVES)];
        const char *form = rng_below(r, 2) ? "the %s did not cross the %s because it was too %s"
                                           : "the %s was not crossed by the %s because it was too %s";
        bool active = strstr(form, "did") != NULL;
        char words[200];
        snprintf(words, sizeof words, form, active ? animals[animal] : places[place],
                 active ? places[place] : animals[animal], adjective);
        add_sentence(batch, b, words, is_tired ? animal : NOUNS + place);
    }
}

void sentence_from_words(struct toy_batch *batch, const char *words) {
    batch->B = 1;
    batch->T = SENTENCE_TOKENS;
    batch->count = 0;
    add_sentence(batch, 0, words, 0);
}
