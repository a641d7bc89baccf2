// IPO beside DPO: how far does each push pairs apart, and where does it stop?
#include <stdlib.h>

#include "20-dpo/alignment.h"

static int ascending(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

// h of `count` fresh pairs, sorted.
static void shifts(float *h, int count, struct policy *p, struct teachers *t, uint64_t seed) {
    enum { AT_ONCE = 32 };
    struct reward_pairs pairs;
    struct preferences b;
    int which[AT_ONCE];
    const struct alignment how = {.method = METHOD_DPO, .beta = 1};
    reward_pairs_draw(&pairs, count, false, false, seed, PAIRS_FOR_TESTING);
    preferences_init(&b, AT_ONCE);
    for (int first = 0; first < count; first += AT_ONCE) {
        const int n = count - first < AT_ONCE ? count - first : AT_ONCE;
        for (int i = 0; i < n; i++) which[i] = first + i;
        preferences_fill(&b, &pairs, which, n, &t->reference);
        preferences_loss(&b, p, &how);
        for (int i = 0; i < n; i++) h[first + i] = preferences_shift(&b, i);
    }
    qsort(h, (size_t)count, sizeof *h, ascending);
    preferences_free(&b);
    reward_pairs_free(&pairs);
}

static void print_shifts(const char *name, const float *h, int count, const char *aim) {
    int below = 0;
    while (below < count && h[below] <= 0) below++;
    printf("  %-6s %8.2f %8.2f %8.2f %8.2f %14.1f%%   %s\n", name, (double)h[count / 20], (double)h[count / 4],
           (double)h[count / 2], (double)h[count - 1 - count / 20], 100.0 * below / count, aim);
}

// The share of pairs in each bin of half a nat.
static void write_shifts(const char *out, const float *h[2], int count) {
    enum { FIRST = -12, LAST = 48 };  // bins
    struct csv_log csv;
    csv_open(&csv, out, "shifts.csv", "nats,dpo,ipo");
    for (int bin = FIRST; bin < LAST; bin++) {
        int in[2] = {0};
        for (int k = 0; k < 2; k++)
            for (int i = 0; i < count; i++) in[k] += h[k][i] >= 0.5f * (float)bin && h[k][i] < 0.5f * (float)(bin + 1);
        csv_row(&csv, "%.2f,%.5f,%.5f", 0.5 * bin + 0.25, (double)in[0] / count, (double)in[1] / count);
    }
    csv_close(&csv);
}

void show_ipo(const struct dpo_show *s) {
    char folder[4096], aim[64];
    struct policy p[2];
    struct gpt dpo;
    struct codec codec = {0};
    const struct alignment how = show_how(s, METHOD_IPO);
    const int pairs = s->quick ? 60 : 2000;
    snprintf(folder, sizeof folder, "%s/dpo", s->out);
    stage_open(&dpo, &codec, folder, "make demo-20 ARGS='--only dpo'");
    policy_init(&p[0], &dpo.config, dpo.params, 1, PAIR_T);
    snprintf(folder, sizeof folder, "%s/ipo", s->out);
    alignment_stage(&p[1], s->teachers, &how, folder, &s->before);
    float *h[2];
    for (int k = 0; k < 2; k++) {
        h[k] = alloc_floats((size_t)pairs);
        shifts(h[k], pairs, &p[k], s->teachers, s->seed + 2);
    }
    printf("\nHow far %d pairs that they never saw were pushed apart, in nats\n", pairs);
    printf("  %-6s %8s %8s %8s %8s %15s\n", "", "5%", "25%", "half", "95%", "wrong way");
    print_shifts("DPO", h[0], pairs, "the farther the better");
    snprintf(aim, sizeof aim, "%.1f is wanted", 1 / (2 * (double)how.beta));
    print_shifts("IPO", h[1], pairs, aim);
    write_shifts(s->out, (const float *[2]){h[0], h[1]}, pairs);
    for (int k = 0; k < 2; k++) {
        policy_free(&p[k]);
        free(h[k]);
    }
    gpt_free(&dpo);
    codec_free(&codec);
}
