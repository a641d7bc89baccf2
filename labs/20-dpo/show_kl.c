// Three guesses at one distance, from the same draws: how near on average, and how much they scatter.
#include <math.h>
#include <stdlib.h>

#include "20-dpo/alignment.h"

// The distance itself: at every position the sum over the whole vocabulary.
static double exact(const float *logits, const float *ref, float *log_p, float *log_q, int V) {
    double sum = 0;
    int *all = alloc_zeroed((size_t)V, sizeof(int));
    for (int v = 0; v < V; v++) {
        all[v] = v;
        token_logs(&log_p[v], NULL, logits, &all[v], 1, 1, V);
        token_logs(&log_q[v], NULL, ref, &all[v], 1, 1, V);
        sum += exp((double)log_p[v]) * ((double)log_p[v] - (double)log_q[v]);
    }
    free(all);
    return sum;
}

// The mean over all tokens that were said, of what an answer's distribution really is away from the reference's there.
static double exact_mean(const struct rollout *r, struct policy *p, struct gpt *reference) {
    const int V = p->gpt.config.V;
    float *log_p = alloc_floats((size_t)V), *log_q = alloc_floats((size_t)V);
    double sum = 0;
    int count = 0;
    for (int b = 0; b < r->B; b++) {
        const int *inputs = r->inputs + (size_t)b * r->T;
        const float *logits = gpt_forward(&p->gpt, inputs, NULL, 1, r->T);
        const float *ref = gpt_forward(reference, inputs, NULL, 1, r->T);
        for (int t = 0; t < r->T; t++) {
            if (!r->mask[(size_t)b * r->T + t]) continue;
            sum += exact(logits + (size_t)t * V, ref + (size_t)t * V, log_p, log_q, V);
            count++;
        }
    }
    free(log_p);
    free(log_q);
    return sum / count;
}

static void print_estimator(const struct rollout *r, enum kl_estimator which, const char *name) {
    double sum = 0, squares = 0;
    int count = 0, below = 0;
    for (int n = 0; n < r->B * r->T; n++) {
        if (!r->mask[n]) continue;
        const double k = kl_estimate(which, r->log_prob[n], r->log_ref[n]);
        sum += k, squares += k * k, count++;
        below += k < 0;
    }
    const double mean = sum / count;
    printf("  %-24s %9.4f %12.4f %11.1f%%\n", name, mean, sqrt(squares / count - mean * mean), 100.0 * below / count);
}

// Draws 400 answers of the model in out/name.
static void show_model(const struct dpo_show *s, const char *name, const char *title) {
    char folder[4096], command[64];
    struct gpt m;
    struct codec codec = {0};
    struct policy p;
    struct rollout r;
    struct teachers *t = s->teachers;
    const struct alignment how = show_how(s, METHOD_GRPO);
    snprintf(folder, sizeof folder, "%s/%s", s->out, name);
    snprintf(command, sizeof command, "make demo-20 ARGS='--only %s'", name);
    stage_open(&m, &codec, folder, command);
    policy_init(&p, &m.config, m.params, 1, PAIR_T);
    rollout_init(&r, s->quick ? 16 : 400);
    rollout_draw(&r, &p, &t->reference, &t->judge, &how.rules, true, s->seed + 4);
    printf("  %-24s %9s %12s %12s\n", title, "mean", "deviation", "below 0");
    print_estimator(&r, KL_1, "k1 = log p - log q");
    print_estimator(&r, KL_2, "k2 = k1^2 / 2");
    print_estimator(&r, KL_3, "k3 = e^-k1 - 1 + k1");
    printf("  %-24s %9.4f\n", "all words, computed", exact_mean(&r, &p, &t->reference));
    rollout_free(&r);
    policy_free(&p);
    gpt_free(&m);
    codec_free(&codec);
}

void show_kl(const struct dpo_show *s) {
    printf("\nBack to the reference, nats a token, from answers to %d questions\n", s->quick ? 16 : 400);
    show_model(s, "ipo", "near: IPO's model");
    show_model(s, "grpo", "far: GRPO's model");
}
