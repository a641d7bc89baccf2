// A small model learns what "it" stands for, from generated sentences. Whom does "it" look at?
#include <string.h>

#include "12-attention/show.h"

static const char *const tired = "the animal did not cross the street because it was too tired";
static const char *const wide = "the animal did not cross the street because it was too wide";

struct result {
    double loss, right;  // on sentences kept for testing; right: the share of right answers
};

static struct result test(struct toy *m, struct toy_batch *batch, struct rng *texts) {
    enum { BATCHES = 10 };
    struct result result = {0};
    for (int i = 0; i < BATCHES; i++) {
        sentence_batch(batch, true, texts);
        result.right += toy_accuracy(m, batch) / BATCHES;
        result.loss += (double)toy_loss(m, batch) / BATCHES;
    }
    return result;
}

// Trains a model of two layers with two heads each. Only the one that is not causal shows its progress.
static struct result train(struct toy *m, const struct options *o, bool causal) {
    const struct toy_config c = {.V = sentence_vocabulary(),
                                 .T = SENTENCE_TOKENS,
                                 .C = 32,
                                 .H = 2,
                                 .L = 2,
                                 .positions = TOY_LEARNED,
                                 .causal = causal};
    int B = 2 * o->batch, steps = o->steps / 2;
    struct toy_batch batch;
    struct rng texts;
    struct progress progress;
    struct live_plot live;
    rng_seed(&texts, o->seed, 5);
    toy_init(m, &c, B, o->seed);
    toy_batch_init(&batch, B, SENTENCE_TOKENS);
    if (!causal) progress_start(&progress, "it", steps, "steps");
    if (!causal) live_open(&live, "What \"it\" stands for", "step", "cross-entropy");
    for (int s = 0; s < steps; s++) {
        sentence_batch(&batch, false, &texts);
        float loss = toy_step(m, &batch, toy_lr(o->lr, s, steps));
        if (causal) continue;
        live_point(&live, "loss", (float)(s + 1), loss);
        progress_update(&progress, s + 1, "loss %.3f", (double)loss);
    }
    struct result result = test(m, &batch, &texts);
    if (!causal) live_close(&live);
    if (!causal) progress_end(&progress, "accuracy %.3f", result.right);
    toy_batch_free(&batch);
    return result;
}

// All of a head's probabilities for a text of n words, in a file of its own.
static void write_map(const struct options *o, const char *name, const float *probs, const struct toy_batch *batch) {
    struct csv_log map;
    int n = batch->length[0];
    csv_open(&map, o->out, name, "t,s,p,query,key");
    for (int i = 0; i < n * n; i++) {
        int t = i / n, s = i % n;
        csv_row(&map, "%d,%d,%.4f,%s,%s", t, s, (double)probs[t * batch->T + s], sentence_word(batch->tokens[t]),
                sentence_word(batch->tokens[s]));
    }
    csv_close(&map);
}

// How much of their attention the two nouns, words 1 and 6, give to the last of n words in the first layer.
static void look_back(const struct toy *m, const struct toy_batch *batch, int n) {
    const int nouns[2] = {1, 6}, T = batch->T;
    printf("    layer 1, attention to \"%s\":", sentence_word(batch->tokens[n - 1]));
    for (int i = 0; i < 2; i++) {
        printf("  %s", sentence_word(batch->tokens[nouns[i]]));
        for (int h = 0; h < m->config.H; h++) {
            printf(" %.2f", (double)m->state[0].probs[((size_t)h * T + nouns[i]) * T + n - 1]);
        }
    }
    printf("\n");
}

// What "it" looks at in one sentence: a line per head on stdout and a row of it.csv, the first of them being `line`.
static void look(const struct options *o, struct toy *m, const char *sentence, int line, struct csv_log *it) {
    struct toy_batch batch;
    toy_batch_init(&batch, 1, SENTENCE_TOKENS);
    sentence_from_words(&batch, sentence);
    toy_loss(m, &batch);
    int n = batch.length[0], T = batch.T, asked = batch.rows[0];
    const char *last = sentence_word(batch.tokens[n - 1]);
    printf("  \"... it was too %s\": the model says \"%s\"; \"it\" looks at\n", last, sentence_word(toy_answer(m, 0)));
    for (int l = 0; l < m->config.L; l++) {
        for (int h = 0; h < m->config.H; h++, line++) {
            const float *probs = m->state[l].probs + (size_t)h * T * T;
            char name[64];
            snprintf(name, sizeof name, "map_%s_%d_%d.csv", last, l + 1, h + 1);
            write_map(o, name, probs, &batch);
            printf("    layer %d head %d:", l + 1, h + 1);
            for (int s = 0; s < n; s++) {
                double p = (double)probs[asked * T + s];
                if (p >= 0.1) printf("  %s %.2f", sentence_word(batch.tokens[s]), p);
                csv_row(it, "%d,%d,%.4f,layer %d head %d: %s,%s", line, s, p, l + 1, h + 1, last,
                        s == n - 1 ? "tired/wide" : sentence_word(batch.tokens[s]));
            }
            printf("\n");
        }
    }
    look_back(m, &batch, n);
    toy_batch_free(&batch);
}

void show_sentence(const struct options *o) {
    struct toy models[2];
    struct result results[2];
#pragma omp parallel for
    for (int i = 0; i < 2; i++) results[i] = train(&models[i], o, i == 1);
    printf("\nWhat does \"it\" stand for? %d parameters, 2 layers, 2 heads, %d sentences\n", models[0].parameters,
           2 * o->batch * (o->steps / 2));
    printf("  sentences with pairs of nouns never seen: loss %.3f, right %.1f%%\n", results[0].loss,
           100.0 * results[0].right);
    struct csv_log it;
    csv_open(&it, o->out, "it.csv", "line,word,p,label,text");
    look(o, &models[0], tired, 0, &it);
    look(o, &models[0], wide, models[0].config.L * models[0].config.H, &it);
    csv_close(&it);
    printf("  the same with a causal mask, so that \"it\" does not see what follows: loss %.3f, right %.1f%%\n",
           results[1].loss, 100.0 * results[1].right);
    toy_free(&models[0]);
    toy_free(&models[1]);
}
