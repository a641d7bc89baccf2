// What the model says: beginnings, continued greedily, by drawing, and within a pattern. On a terminal a talk follows.
#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <unistd.h>

#include "15-inference/chat.h"
#include "15-inference/show.h"
#include "15-inference/speak.h"

static const char *const village[] = {"tom lives in the", "3 + 4 is",
                                      "repeat cat dog hen =", "max found a blue cup . so ann took the blue", "one day"};
static const char *const anywhere[] = {"Once upon a time", "The", "One day", "There was", "I think that"};

// One line: what the model adds to `beginning`, after `label`.
static void say(struct speaker *k, const char *label, const char *beginning, struct choice choice) {
    struct ids text = {0};
    size_t size = strlen(beginning), read = codec_encode(&text, k->codec, beginning, size, true);
    if (read < size) die("the model's vocabulary lacks a word of \"%s\", at \"%s\"", beginning, beginning + read);
    printf("    %-9s", label);
    k->choice = choice;
    k->before = text.id[text.count - 1];
    speak(&text, k);
    printf("%s\n", k->ended ? "" : " ...");
    ids_free(&text);
}

// The same where only what matches `pattern` may be said. Its homes are not tom's.
static void say_within(struct speaker *k, const char *beginning, const char *pattern, struct choice choice) {
    char error[256];
    if (!speaker_match(k, pattern, error, sizeof error)) die("the pattern \"%s\": %s", pattern, error);
    printf("  %s   (what follows must match \"%s\")\n", beginning, pattern);
    say(k, "likeliest", beginning, choice);
    speaker_match(k, NULL, error, sizeof error);
}

void show_talk(const struct show *s) {
    bool in_village = s->codec->kind == CODEC_WORDS;
    const char *const *beginnings = in_village ? village : anywhere;
    const struct choice likeliest = {.temperature = 0, .top_p = 1}, drawn = {.temperature = 0.8f, .top_p = 0.95f};
    struct speaker k = {.config = s->config, .params = s->params, .codec = s->codec, .tokens = 56, .out = stdout};
    speaker_init(&k, TYPE_F32, s->seed);
    printf("\nWhat it says: always the likeliest token, and drawn (temperature 0.8, top-p 0.95)\n");
    for (int i = 0; i < COUNT(village); i++) {
        printf("  %s\n", beginnings[i]);
        say(&k, "likeliest", beginnings[i], likeliest);
        say(&k, "drawn", beginnings[i], drawn);
    }
    if (in_village) say_within(&k, "tom lives in the", " (mill|tower|cave) \\.", likeliest);
    speaker_free(&k);
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
