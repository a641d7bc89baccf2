// Answers of a model that cannot be merged: for every token the texts are read again from their beginning.
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"
#include "17-lora/peft_model.h"

enum { TOGETHER = 64, LONGEST = MW_PROMPT_LONGEST + MW_RESPONSE_LONGEST + 1, SAY = MW_RESPONSE_LONGEST + 1 };

// Texts that grow side by side.
struct talk {
    struct answers *a;
    struct peft_model *m;
    struct choice choice;
    struct rng *draw;  // (count) each answer has a stream of its own
    float *probs;      // (V)
};

// The text of answer i so far, (LONGEST).
static int text_of(int *text, const struct answers *a, int i) {
    const struct micro_world_instruction *q = &a->question[i];
    memcpy(text, q->prompt, (size_t)q->prompt_count * sizeof *text);
    memcpy(text + q->prompt_count, a->id + (size_t)i * SAY, (size_t)a->length[i] * sizeof *text);
    return q->prompt_count + a->length[i];
}

// The next token of the `open` answers that list names.
static void say(struct talk *t, const int *list, int open) {
    int tokens[TOGETHER * LONGEST] = {0}, which[TOGETHER] = {0}, text[LONGEST], T = 0;
    struct answers *a = t->a;
    for (int k = 0; k < open; k++) {
        const int n = text_of(text, a, list[k]);
        if (n > T) T = n;
    }
    for (int k = 0; k < open; k++) {
        const int n = text_of(text, a, list[k]);
        memcpy(tokens + k * T, text, (size_t)n * sizeof *text);
        which[k] = k * T + n - 1;
    }
    const int V = t->m->config.V;
    const float *logits = peft_forward_at(t->m, tokens, which, open, NULL, open, T);
    for (int k = 0; k < open; k++) {
        const int i = list[k];
        token_distribution(t->probs, logits + (size_t)k * V, V, &t->choice);
        const int id = t->choice.temperature > 0 ? token_draw(t->probs, V, &t->draw[i])
                                                 : token_likeliest(logits + (size_t)k * V, V);
        a->id[(size_t)i * SAY + a->length[i]++] = id;
        a->ended[i] = id == village_chat.end;
    }
}

void peft_answer(struct answers *a, struct peft_model *m, float temperature, uint64_t seed) {
    struct talk t = {.a = a, .m = m, .choice = {.temperature = temperature, .top_p = 1}};
    t.draw = alloc_zeroed((size_t)a->count, sizeof *t.draw);
    t.probs = alloc_floats((size_t)m->config.V);
    peft_reserve(m, TOGETHER, LONGEST, false);
    for (int i = 0; i < a->count; i++) {
        rng_seed(&t.draw[i], seed, (uint64_t)i);
        a->length[i] = 0;
        a->ended[i] = false;
    }
    for (int first = 0; first < a->count; first += TOGETHER)
        for (int step = 0; step < SAY; step++) {
            int list[TOGETHER], open = 0;
            for (int i = first; i < a->count && i < first + TOGETHER; i++)
                if (!a->ended[i]) list[open++] = i;
            if (open) say(&t, list, open);
        }
    free(t.draw);
    free(t.probs);
}
