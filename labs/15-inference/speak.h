// A model that writes text as it comes, token by token: what generate and chat share.
#pragma once
#include <signal.h>

#include "15-inference/codec.h"
#include "15-inference/inference.h"

struct speaker {
    const struct gpt_config *config;
    const float *params;
    const struct codec *codec;
    struct choice choice;            // `allowed` is the speaker's own
    int tokens;                      // that it adds, at most
    FILE *out;                       // where pieces go while they come; NULL: nowhere
    volatile sig_atomic_t *stopped;  // NULL, or set from outside to end the text
    struct rng rng;
    // its own:
    enum number_type type;
    struct decoder decoder;
    struct decode_state state;
    struct speaker_pattern {
        bool on;
        struct automaton automaton;
        int at;  // its state
        bool *allowed;
        struct bytes text;  // the bytes of every token
        struct cuts end;
    } pattern;
    int before;  // the last token that is no special one, -1: none
    // of the last text:
    double prefill_seconds, decode_seconds;  // until the first token; from there on
    int read, written;                       // tokens; of a beginning longer than the cache, what was read of it
    bool ended;                              // the model ended it
};
// s holds the first six; the rest is 0. Makes the decoder, matrices in `type` (TYPE_F32, TYPE_Q8_0 or TYPE_Q4_0).
void speaker_init(struct speaker *s, enum number_type type, uint64_t seed);
void speaker_type(struct speaker *s, enum number_type type);  // changes it
void speaker_free(struct speaker *s);
// From now on what is added must match; NULL: anything. false, and what is wrong with the pattern, in error.
bool speaker_match(struct speaker *s, const char *pattern, char *error, size_t error_size);
// Continues text (one token or more) until the model ends it, s->tokens are added, the pattern is complete or
// *s->stopped is set. Returns how many were added.
int speak(struct ids *text, struct speaker *s);
// The same by beam search over B texts, best by score / length; shown only at its end. No pattern.
int speak_beams(struct ids *text, struct speaker *s, int B);
// Writes the bytes of ids (n), as they follow what s wrote before.
void speaker_write(struct speaker *s, const int *ids, size_t n);

// TYPE_F32, TYPE_Q8_0 or TYPE_Q4_0 by name, capital or not; false: another, or none.
bool speaker_type_named(enum number_type *type, const char *name);
