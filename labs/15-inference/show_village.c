#include "15-inference/show_village.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS = 64 };  // at a time

bool village_speaks(const struct show *s, const char *part) {
    const struct codec *c = s->codec;
    bool same = c->kind == CODEC_WORDS && codec_count(c) == MW_WORDS && s->config->T >= MW_LONGEST / 2;
    for (int id = 0; id < MW_WORDS && same; id++) {
        size_t size;
        const char *word = vocab_string(&c->words.words, id, &size);
        same = strlen(micro_world_word(id)) == size && memcmp(micro_world_word(id), word, size) == 0;
    }
    if (!same)
        printf("\n%s: left out, as this model does not speak the micro-world's language. Chapter 14's does.\n", part);
    return same;
}

int village_prompt(int *tokens, int capacity, const char *text) {
    tokens[0] = MW_BOS;
    const int n = micro_world_encode(tokens + 1, capacity - 1, text);
    if (n < 0) die("\"%s\" is not in the village's words, or longer than %d", text, capacity - 1);
    return n + 1;
}

// One batch of B texts, side by side: one that has ended goes on reading anything.
static void write_batch(int *tokens, int *length, struct decode_state *s, const int *prompt, int n,
                        const struct choice *c, struct rng *r) {
    const int T = s->d->config.T, V = s->d->config.V, B = s->B;
    int *step = alloc_zeroed((size_t)B * (size_t)n, sizeof *step), running = B;
    float *probs = alloc_floats((size_t)V);
    for (int b = 0; b < B; b++) {
        memcpy(step + b * n, prompt, (size_t)n * sizeof *prompt);
        memcpy(tokens + b * T, prompt, (size_t)n * sizeof *prompt);
        length[b] = 0;  // not known yet
    }
    decode_rewind(s, 0);
    for (int t = n; running > 0; t++) {
        const float *logits = decode(s, step, t == n ? n : 1);
        for (int b = 0; b < B; b++) {
            step[b] = MW_EOS;
            if (length[b] > 0) continue;
            token_distribution(probs, logits + b * V, V, c);
            step[b] = tokens[b * T + t] = token_draw(probs, V, r);
            if (step[b] == MW_EOS || t + 1 == T) length[b] = t + 1, running--;
        }
    }
    free(step);
    free(probs);
}

void village_texts(int *tokens, int *length, int count, const struct decoder *d, const int *prompt, int n,
                   const struct choice *c, struct rng *r) {
    const int T = d->config.T;
    if (n >= T) die("a prompt of %d tokens leaves no room to write: the model reads %d", n, T);
    for (int done = 0, B; done < count; done += B) {
        struct decode_state s;
        B = count - done < TEXTS ? count - done : TEXTS;
        decode_init(&s, d, B, T, n);
        write_batch(tokens + (size_t)done * T, length + done, &s, prompt, n, c, r);
        decode_free(&s);
    }
}
