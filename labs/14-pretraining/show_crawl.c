// The village's web cleaned, and every decision held against the truth.
#include <stdlib.h>

#include "14-pretraining/cleaning.h"
#include "datasets/micro_world.h"

// The lists of a crawl; the texts stay the crawl's.
static struct pages crawl(const struct micro_world_page *page, int n) {
    struct pages p = {.text = alloc_zeroed((size_t)n, sizeof *p.text),
                      .n = n,
                      .kind = alloc_zeroed((size_t)n, sizeof *p.kind),
                      .group = alloc_zeroed((size_t)n, sizeof *p.group)};
    for (int i = 0; i < n; i++) {
        p.text[i] = page[i].text;
        p.kind[i] = (int)page[i].kind;
        p.group[i] = page[i].original < 0 ? i : page[i].original;
    }
    return p;
}

static bool junk(const struct pages *p, int i) {
    return micro_world_page_is_junk((enum micro_world_page_kind)p->kind[i]);
}

// How well a decision meets the truth.
struct score {
    int right, wrong, missed;  // found and so it is; found and it is not; not found and it is
};

static void count_decision(struct score *s, bool found, bool is) {
    if (found) *(is ? &s->right : &s->wrong) += 1;
    else s->missed += is;
}

static double precision(const struct score *s) {
    return s->right + s->wrong > 0 ? (double)s->right / (s->right + s->wrong) : 1;
}

static double recall(const struct score *s) {
    return s->right + s->missed > 0 ? (double)s->right / (s->right + s->missed) : 1;
}

// How well a filter that learned from the first `labelled` pages finds the junk among p; keep (p->n).
static struct score try_filter(bool *keep, const struct pages *p, const struct pages *learn, int labelled,
                               const struct cleaning *c) {
    struct pages first = *learn;
    struct quality q;
    struct score s = {0};
    int *label = alloc_zeroed((size_t)labelled, sizeof *label);
    first.n = labelled;
    for (int i = 0; i < labelled; i++) label[i] = !junk(learn, i);
    train_filter(&q, &first, label, c);
    filter_pages(keep, &q, p);
    for (int i = 0; i < p->n; i++) count_decision(&s, !keep[i], junk(p, i));
    quality_free(&q);
    free(label);
    return s;
}

static void show_labels(bool *keep, const struct pages *p, const struct pages *learn, const struct cleaning *c) {
    struct csv_log log;
    if (*c->out) csv_open(&log, c->out, "filter_labels.csv", "labelled,precision,recall");
    printf("%-34s %10s %10s\n", "labelled pages that it learned from", "precision", "recall");
    for (int labelled = 10; labelled < learn->n; labelled *= 3) {
        struct score s = try_filter(keep, p, learn, labelled, c);
        printf("%35d %10.3f %10.3f\n", labelled, precision(&s), recall(&s));
        if (*c->out) csv_row(&log, "%d,%.5f,%.5f", labelled, precision(&s), recall(&s));
    }
    struct score s = try_filter(keep, p, learn, learn->n, c);
    printf("%35d %10.3f %10.3f\n", learn->n, precision(&s), recall(&s));
    if (*c->out) csv_row(&log, "%d,%.5f,%.5f", learn->n, precision(&s), recall(&s));
    if (*c->out) csv_close(&log);
}

// Of each kind: how many there are, and how many are left after each step.
static void show_kinds(const struct pages *steps[3]) {
    int count[MW_PAGE_KINDS + 1][3] = {{0}};
    for (int s = 0; s < 3; s++)
        for (int i = 0; i < steps[s]->n; i++) {
            count[steps[s]->kind[i]][s]++;
            count[MW_PAGE_KINDS][s]++;
        }
    printf("\n%-12s %10s %12s %14s\n", "kind", "pages", "after filter", "after dedup");
    for (int k = 0; k <= MW_PAGE_KINDS; k++)
        printf("%-12s %10d %12d %14d\n", k < MW_PAGE_KINDS ? micro_world_page_name[k] : "all", count[k][0], count[k][1],
               count[k][2]);
}

// What de-duplication throws out, against the truth: every page of a group but the first that is there.
static struct score judge_duplicates(const struct pages *p, const bool *keep, int groups) {
    struct score s = {0};
    bool *seen = alloc_zeroed((size_t)groups, sizeof *seen);
    for (int i = 0; i < p->n; i++) {
        count_decision(&s, !keep[i], seen[p->group[i]]);
        seen[p->group[i]] = true;
    }
    free(seen);
    return s;
}

void show_crawl(int n, int labelled, const struct cleaning *c) {
    struct micro_world_page *page = micro_world_pages(n, (uint64_t)c->seed);
    struct micro_world_page *more = micro_world_pages(labelled, (uint64_t)c->seed + 1000003);
    struct pages p = crawl(page, n), learn = crawl(more, labelled);
    bool *keep = alloc_zeroed((size_t)n, sizeof *keep);
    printf("Junk found by the filter, %d buckets, among %d pages\n", c->buckets, n);
    show_labels(keep, &p, &learn, c);

    struct pages good = choose_pages(&p, keep);
    const int K = c->bands * c->rows;
    uint32_t *signatures = alloc_zeroed((size_t)good.n * (size_t)K, sizeof *signatures);
    sign_pages(signatures, &good, c);
    deduplicate(keep, signatures, good.n, K, c->rows, c->threshold);
    struct pages clean = choose_pages(&good, keep);
    struct score s = judge_duplicates(&good, keep, n);
    show_kinds((const struct pages *[]){&p, &good, &clean});
    printf("\nDuplicates thrown out, similarity %.2f or more, shingles of %d words, %d bands of %d: %d\n", c->threshold,
           c->width, c->bands, c->rows, s.right + s.wrong);
    printf("precision %.3f, recall %.3f\n\n", precision(&s), recall(&s));
    if (*c->out) write_pages(&clean, c->out);
    pages_free(&clean);
    pages_free(&good);
    pages_free(&learn);
    pages_free(&p);
    free(signatures);
    free(keep);
    micro_world_pages_free(more, labelled);
    micro_world_pages_free(page, n);
}
