// The steps of cleaning, made of the chapter's parts.
#include "14-pretraining/cleaning.h"

#include <stdlib.h>
#include <string.h>

struct cleaning cleaning_defaults(void) {
    return (struct cleaning){.out = "",
                             .buckets = 8192,
                             .epochs = 4,
                             .lr = 2,
                             .width = 3,
                             .bands = 32,
                             .rows = 4,
                             .threshold = 0.6f,
                             .seed = 1};
}

void page_features(float *x, const char *text, int buckets) {
    struct hashes words = {0};
    word_hashes(&words, text, strlen(text));
    hash_features(x, words.hash, words.count, buckets);
    hashes_free(&words);
}

void train_filter(struct quality *q, const struct pages *labelled, const int *label, const struct cleaning *c) {
    const int n = labelled->n;
    int *order = alloc_zeroed((size_t)n, sizeof *order);
    float *x = alloc_floats((size_t)c->buckets);
    struct rng r;
    rng_seed(&r, (uint64_t)c->seed, 3);
    quality_init(q, c->buckets);
    for (int i = 0; i < n; i++) order[i] = i;
    for (int epoch = 0; epoch < c->epochs; epoch++) {
        rng_shuffle(&r, order, n);
        for (int i = 0; i < n; i++) {
            page_features(x, labelled->text[order[i]], c->buckets);
            quality_step(q, x, label[order[i]], c->lr);
        }
    }
    free(order);
    free(x);
}

void filter_pages(bool *keep, const struct quality *q, const struct pages *p) {
    float *x = alloc_floats((size_t)q->buckets);
    for (int i = 0; i < p->n; i++) {
        page_features(x, p->text[i], q->buckets);
        keep[i] = quality_score(q, x) >= 0.5f;
    }
    free(x);
}

void sign_pages(uint32_t *signatures, const struct pages *p, const struct cleaning *c) {
    const int K = c->bands * c->rows;
    struct hashes words = {0}, pieces = {0};
    for (int i = 0; i < p->n; i++) {
        words.count = pieces.count = 0;
        word_hashes(&words, p->text[i], strlen(p->text[i]));
        shingles(&pieces, words.hash, words.count, c->width);
        minhash_signature(signatures + (size_t)i * (size_t)K, pieces.hash, pieces.count, K);
    }
    hashes_free(&words);
    hashes_free(&pieces);
}

struct pages choose_pages(const struct pages *p, const bool *keep) {
    const size_t n = (size_t)p->n;
    struct pages chosen = {.text = alloc_zeroed(n, sizeof *chosen.text)};
    if (p->kind) chosen.kind = alloc_zeroed(n, sizeof *chosen.kind);
    if (p->group) chosen.group = alloc_zeroed(n, sizeof *chosen.group);
    for (int i = 0; i < p->n; i++) {
        if (!keep[i]) continue;
        chosen.text[chosen.n] = p->text[i];
        if (p->kind) chosen.kind[chosen.n] = p->kind[i];
        if (p->group) chosen.group[chosen.n] = p->group[i];
        chosen.n++;
    }
    return chosen;
}

void pages_free(struct pages *p) {
    free(p->text);
    free(p->kind);
    free(p->group);
    *p = (struct pages){0};
}

void write_pages(const struct pages *p, const char *dir) {
    struct out_file out;
    out_open(&out, dir, "clean.txt");
    for (int i = 0; i < p->n; i++) fprintf(out.f, "%s%s\n", i > 0 ? "\n" : "", p->text[i]);
    out_close(&out);
}
