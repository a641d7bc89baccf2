// What the model says: beginnings, continued greedily, by drawing, and within a pattern. On a terminal a conversation follows.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "15-inference/chat.h"
#include "15-inference/show.h"

enum { LONGEST = 60 };  // new tokens that are shown

static const char *const village[] = {"tom lives in the", "3 + 4 is",
                                      "repeat cat dog hen =", "max found a blue cup . so ann took the blue", "one day"};
static const char *const anywhere[] = {"Once upon a time", "The", "One day", "There was", "I think that"};

struct speaker {
    const struct show *s;
    struct decode_state state;
    struct rng rng;
    // while a pattern holds:
    struct automaton pattern;
    int at;         // its state
    bool *allowed;  // (V)
    struct bytes text;
    struct cuts end;  // the bytes of every token
};

// Finds the tokens that may come next; false if there is none, and the text is over.
static bool find_allowed(struct speaker *k) {
    return automaton_allowed(k->allowed, &k->pattern, k->at, k->text.data, k->end.end, (int)k->end.count,
                             k->s->codec->special.end) > 0;
}

static bool follow_pattern(void *context, int token) {
    struct speaker *k = context;
    size_t from = token > 0 ? k->end.end[token - 1] : 0;
    k->at = automaton_run(&k->pattern, k->at, k->text.data + from, k->end.end[token] - from);
    return k->at >= 0 && find_allowed(k);
}

// One line: what the model adds to `beginning`, after `label`.
static void say(struct speaker *k, const char *label, const char *beginning, const struct choice *choice,
                token_seen *seen) {
    struct ids ids = {0};
    struct bytes answer = {0};
    const struct codec *codec = k->s->codec;
    size_t size = strlen(beginning), read = codec_encode(&ids, codec, beginning, size, true);
    if (read < size) die("the model's vocabulary lacks a word of \"%s\", at \"%s\"", beginning, beginning + read);
    int n = (int)ids.count, max = n + LONGEST, *tokens = alloc_zeroed((size_t)max, sizeof *tokens);
    memcpy(tokens, ids.id, (size_t)n * sizeof *tokens);
    decode_rewind(&k->state, 0);
    int count = continue_text(tokens, n, max, &k->state, choice, codec->special.end, &k->rng, seen, k);
    for (int i = n; i < count; i++) codec_piece(&answer, codec, tokens[i - 1], tokens[i]);
    bool over = seen || (count > n && tokens[count - 1] == codec->special.end);
    printf("    %-9s", label);
    for (size_t i = 0; i < answer.count; i++) putchar(answer.data[i] == '\n' ? ' ' : answer.data[i]);
    printf("%s\n", over ? "" : " ...");
    bytes_free(&answer);
    ids_free(&ids);
    free(tokens);
}

// Only answers that match the pattern; to a model of the village it leaves no true one.
static void say_within(struct speaker *k, const char *beginning, const char *pattern) {
    char error[256];
    if (!automaton_compile(&k->pattern, pattern, error, sizeof error)) die("the pattern %s: %s", pattern, error);
    k->at = 0;
    k->allowed = alloc_zeroed((size_t)k->s->config->V, sizeof *k->allowed);
    codec_pieces(&k->text, &k->end, k->s->codec);
    if (find_allowed(k)) {
        struct choice within = {.temperature = 0, .top_p = 1, .allowed = k->allowed};
        printf("  %s   (must match \"%s\")\n", beginning, pattern);
        say(k, "likeliest", beginning, &within, follow_pattern);
    }
    automaton_free(&k->pattern);
    bytes_free(&k->text);
    cuts_free(&k->end);
    free(k->allowed);
}

void show_talk(const struct show *s) {
    bool in_village = s->codec->kind == CODEC_WORDS;
    const char *const *beginnings = in_village ? village : anywhere;
    const struct choice greedy = {.temperature = 0, .top_p = 1}, drawn = {.temperature = 0.8f, .top_p = 0.95f};
    struct decoder d;
    struct speaker k = {.s = s};
    decoder_init(&d, s->config, s->params, TYPE_F32);
    decode_init(&k.state, &d, 1, s->config->T, s->config->T);
    rng_seed(&k.rng, s->seed, 15);
    printf("\nWhat it says: always the likeliest token, and drawn (temperature 0.8, top-p 0.95)\n");
    for (int i = 0; i < COUNT(village); i++) {
        printf("  %s\n", beginnings[i]);
        say(&k, "likeliest", beginnings[i], &greedy, NULL);
        say(&k, "drawn", beginnings[i], &drawn, NULL);
    }
    if (in_village) say_within(&k, "tom lives in the", " (mill|tower|cave) \\.");
    decode_free(&k.state);
    decoder_free(&d);
    if (s->quick || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return;
    printf("\nNow you. Begin a text; /help lists what else can be said, /quit or Ctrl-D ends it.\n");
    chat_loop(&(struct chat){.config = s->config,
                             .params = s->params,
                             .codec = s->codec,
                             .type = TYPE_F32,
                             .choice = drawn,
                             .tokens = s->config->T,
                             .seed = s->seed});
}
