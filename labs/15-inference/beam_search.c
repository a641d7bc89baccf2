// The best of B texts that grow side by side.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"

struct beams {
    int B, room;       // texts; tokens for which each has room
    int *token;        // (B,room)
    int *length;       // (B) tokens of each
    double *score;     // (B) log-probability of what was added; -INFINITY: there is no such text
    bool *done;        // (B)
    int *from, *next;  // (B) what beam_step says
    double *next_score;
    int *old, *old_length;  // token and length, as they were before the step
    bool *old_done;
};

static void beams_init(struct beams *x, int B, int room, const int *tokens, int n) {
    const size_t all = (size_t)B * (size_t)room;
    *x = (struct beams){
        .B = B, .room = room, .token = alloc_zeroed(all, sizeof(int)), .old = alloc_zeroed(all, sizeof(int))};
    x->length = alloc_zeroed((size_t)B, sizeof(int));
    x->old_length = alloc_zeroed((size_t)B, sizeof(int));
    x->from = alloc_zeroed((size_t)B, sizeof(int));
    x->next = alloc_zeroed((size_t)B, sizeof(int));
    x->score = alloc_doubles((size_t)B);
    x->next_score = alloc_doubles((size_t)B);
    x->done = alloc_zeroed((size_t)B, sizeof(bool));
    x->old_done = alloc_zeroed((size_t)B, sizeof(bool));
    for (int b = 0; b < B; b++) {
        memcpy(x->token + (size_t)b * (size_t)room, tokens, (size_t)n * sizeof(int));
        x->length[b] = n;
        x->score[b] = b == 0 ? 0 : -INFINITY;  // B equal texts would only find the same B times
    }
}

static void beams_free(struct beams *x) {
    void *all[] = {x->token, x->old,   x->length,     x->old_length, x->from,
                   x->next,  x->score, x->next_score, x->done,       x->old_done};
    for (int i = 0; i < COUNT(all); i++) free(all[i]);
}

// Text b becomes what text from[b] was, and the token next[b].
static void beams_follow(struct beams *x, int stop) {
    const size_t row = (size_t)x->room;
    memcpy(x->old, x->token, (size_t)x->B * row * sizeof(int));
    memcpy(x->old_length, x->length, (size_t)x->B * sizeof(int));
    memcpy(x->old_done, x->done, (size_t)x->B * sizeof(bool));
    for (int b = 0; b < x->B; b++) {
        const int from = x->from[b];
        memcpy(x->token + (size_t)b * row, x->old + (size_t)from * row, row * sizeof(int));
        x->length[b] = x->old_length[from];
        x->done[b] = x->old_done[from];
        x->score[b] = x->next_score[b];
        if (x->next[b] < 0) continue;
        x->token[(size_t)b * row + (size_t)x->length[b]++] = x->next[b];
        x->done[b] = x->next[b] == stop;
    }
}

// Reads tokens (n) into all texts of s, at most s->most at once. Returns the logits behind the last.
static const float *read_prompt(struct decode_state *s, const int *tokens, int n) {
    int *step = alloc_zeroed((size_t)s->B * (size_t)s->most, sizeof *step);
    const float *logits = NULL;
    decode_rewind(s, 0);
    for (int at = 0, T; at < n; at += T) {
        T = n - at < s->most ? n - at : s->most;
        for (int b = 0; b < s->B; b++) memcpy(step + b * T, tokens + at, (size_t)T * sizeof(int));
        logits = decode(s, step, T);
    }
    free(step);
    return logits;
}

static bool all_done(const struct beams *x) {
    for (int b = 0; b < x->B; b++)
        if (x->score[b] != -INFINITY && !x->done[b]) return false;
    return true;
}

// The sum of log-probabilities favours short texts: each token makes it smaller. Hence the penalty on few tokens.
static int best_of(const struct beams *x, int n, float penalty) {
    int best = 0;
    double best_value = -INFINITY;
    for (int b = 0; b < x->B; b++) {
        double value = x->score[b] / pow(x->length[b] > n ? x->length[b] - n : 1, (double)penalty);
        if (value > best_value) best = b, best_value = value;
    }
    return best;
}

int beam_search(int *out, double *score, const int *tokens, int n, int max, struct decode_state *s, int stop,
                float penalty) {
    const int B = s->B, V = s->d->config.V, capacity = s->cache[0].capacity;
    if (n < 1 || max < n || n > capacity)
        die("a beam search goes on from 1 to %d tokens (what the caches hold) and writes at least those: n is %d, max "
            "%d",
            capacity, n, max);
    if (B > V) die("%d beams, but a vocabulary of %d tokens: there are not that many ways to begin", B, V);
    if (max > capacity + 1) max = capacity + 1;  // the last token need not be read
    struct beams x;
    beams_init(&x, B, max, tokens, n);
    const float *logits = read_prompt(s, tokens, n);
    for (int length = n; length < max && !all_done(&x); length++) {
        beam_step(x.from, x.next, x.next_score, x.score, logits, x.done, B, V);
        beams_follow(&x, stop);
        if (length + 1 == max || all_done(&x)) break;
        decode_reorder(s, x.from);
        // a text that is done reads anything: nobody looks at what follows
        for (int b = 0; b < B; b++) x.next[b] = x.next[b] < 0 ? tokens[0] : x.next[b];
        logits = decode(s, x.next, 1);
    }
    const int best = best_of(&x, n, penalty), count = x.length[best];
    memcpy(out, x.token + (size_t)best * (size_t)max, (size_t)count * sizeof(int));
    *score = x.score[best];
    beams_free(&x);
    return count;
}
