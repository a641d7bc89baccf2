// A model that writes text as it comes.
#define _POSIX_C_SOURCE 200809L
#include "15-inference/speak.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

// How many tokens of a beginning are read at once: enough for matmul to be worth it, few enough for its memory.
enum { PREFILL = 256 };

static void make_state(struct speaker *s, int B) {
    int T = s->config->T;
    decode_free(&s->state);
    decode_init(&s->state, &s->decoder, B, T, T < PREFILL ? T : PREFILL);
}

void speaker_type(struct speaker *s, enum number_type type) {
    decode_free(&s->state);
    if (s->decoder.vectors) decoder_free(&s->decoder);
    decoder_init(&s->decoder, s->config, s->params, type);
    make_state(s, 1);
    s->type = type;
}

void speaker_init(struct speaker *s, enum number_type type, uint64_t seed) {
    s->before = -1;
    rng_seed(&s->rng, seed, 15);
    speaker_type(s, type);
}

static void forget_pattern(struct speaker *s) {
    struct speaker_pattern *p = &s->pattern;
    if (p->on) automaton_free(&p->automaton);
    free(p->allowed);
    bytes_free(&p->text);
    cuts_free(&p->end);
    *p = (struct speaker_pattern){0};
}

void speaker_free(struct speaker *s) {
    forget_pattern(s);
    decode_free(&s->state);
    decoder_free(&s->decoder);
}

bool speaker_type_named(enum number_type *type, const char *name) {
    static const enum number_type runs[] = {TYPE_F32, TYPE_Q8_0, TYPE_Q4_0};
    for (int i = 0; i < COUNT(runs); i++)
        if (strcasecmp(name, number_type_name[runs[i]]) == 0) {
            *type = runs[i];
            return true;
        }
    return false;
}

bool speaker_match(struct speaker *s, const char *pattern, char *error, size_t error_size) {
    struct automaton a;
    if (pattern && !automaton_compile(&a, pattern, error, error_size)) return false;
    forget_pattern(s);
    if (!pattern) return true;
    struct speaker_pattern *p = &s->pattern;
    *p = (struct speaker_pattern){.on = true, .automaton = a};
    p->allowed = alloc_zeroed((size_t)s->config->V, sizeof *p->allowed);
    codec_pieces(&p->text, &p->end, s->codec);
    while (p->end.count < (size_t)s->config->V) cuts_push(&p->end, p->text.count);  // ids that have no text
    automaton_find_alive_by_tokens(&p->automaton, p->text.data, p->end.end, s->config->V);
    if (p->automaton.alive[0]) return true;
    forget_pattern(s);
    snprintf(error, error_size, "no text of this model's tokens matches the pattern %s", pattern);
    return false;
}

// Finds the tokens that may come next. false: there is none, and the text is over.
static bool find_allowed(struct speaker *s) {
    struct speaker_pattern *p = &s->pattern;
    return automaton_allowed(p->allowed, &p->automaton, p->at, p->text.data, p->end.end, s->config->V,
                             s->codec->special.end) > 0;
}

void speaker_write(struct speaker *s, const int *ids, size_t n) {
    struct bytes piece = {0};
    for (size_t i = 0; i < n; i++) {
        codec_piece(&piece, s->codec, s->before, ids[i]);
        if (!codec_is_special(s->codec, ids[i])) s->before = ids[i];
    }
    if (s->out && piece.count > 0) {
        fwrite(piece.data, 1, piece.count, s->out);
        fflush(s->out);
    }
    bytes_free(&piece);
}

// After each token. A token that begins a text ends the one before it: so do models that were trained on a stream.
static bool token_came(void *context, int token) {
    struct speaker *s = context;
    if (s->written++ == 0) s->prefill_seconds += clock_seconds();
    s->ended = token == s->codec->special.end || token == s->codec->special.begin;
    if (s->ended) return false;
    speaker_write(s, &token, 1);
    if (s->stopped && *s->stopped) return false;
    if (!s->pattern.on) return true;
    struct speaker_pattern *p = &s->pattern;
    size_t start = token > 0 ? p->end.end[token - 1] : 0;
    p->at = automaton_run(&p->automaton, p->at, p->text.data + start, p->end.end[token] - start);
    s->ended = p->at < 0 || !find_allowed(s);
    return !s->ended;
}

// Room for `more` further tokens behind those of text.
static int *with_room(const struct ids *text, int more) {
    int *tokens = alloc_zeroed(text->count + (size_t)more, sizeof *tokens);
    memcpy(tokens, text->id, text->count * sizeof *tokens);
    return tokens;
}

static int append(struct ids *text, const int *tokens, int count) {
    int added = count - (int)text->count;
    for (int i = (int)text->count; i < count; i++) ids_push(text, tokens[i]);
    return added;
}

int speak(struct ids *text, struct speaker *s) {
    s->choice.allowed = NULL;
    s->ended = false;
    s->written = 0;
    const int n = (int)text->count, T = s->config->T;
    s->read = n <= T ? n : T > 1 ? T / 2 : 1;  // as continue_text does
    s->prefill_seconds = s->decode_seconds = 0;
    if (s->pattern.on) {
        s->choice.allowed = s->pattern.allowed;
        s->pattern.at = 0;
        if (!find_allowed(s)) return 0;
    }
    int *tokens = with_room(text, s->tokens);
    decode_rewind(&s->state, 0);
    double start = clock_seconds();
    s->prefill_seconds = -start;
    int count = continue_text(tokens, n, n + s->tokens, &s->state, &s->choice, s->codec->special.end,
                              &s->rng, token_came, s);
    s->decode_seconds = clock_seconds() - start - s->prefill_seconds;
    int added = append(text, tokens, count);
    free(tokens);
    return added;
}

int speak_beams(struct ids *text, struct speaker *s, int B) {
    double score;
    int n = (int)text->count, max = n + s->tokens;
    int *tokens = alloc_zeroed((size_t)max, sizeof *tokens);
    make_state(s, B);
    double start = clock_seconds();
    int count = beam_search(tokens, &score, text->id, n, max, &s->state, s->codec->special.end, 1);
    s->prefill_seconds = 0;
    s->decode_seconds = clock_seconds() - start;
    s->read = n;
    s->written = count - n;
    s->ended = count > n && tokens[count - 1] == s->codec->special.end;
    speaker_write(s, tokens + n, (size_t)(count - n));
    int added = append(text, tokens, count);
    make_state(s, 1);
    free(tokens);
    return added;
}
