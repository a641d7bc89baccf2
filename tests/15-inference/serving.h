// Graded tests of chapter 15, many texts at once: pages against a list kept by hand and attention in double; the
// scheduler against a plain simulation that only counts pages. This file has what several of the tests use.
#pragma once
#include <stdlib.h>

#include "15-inference/inference.h"
#include "grade/grade.h"

// A pool whose arrays are fenced, filled with random numbers; pages are free in a random order.
static inline struct page_pool random_pool(int pages, int P, int L, int G, int D) {
    const int n = L * pages * P * G * D;
    struct page_pool p = {.pages = pages, .P = P, .L = L, .G = G, .D = D, .free_count = pages};
    p.free_page = grade_ints(pages, 0, 0);
    for (int i = 0; i < pages; i++) p.free_page[i] = i;
    rng_shuffle(grade_rng(), p.free_page, pages);
    p.k = grade_floats(n);
    p.v = grade_floats(n);
    return p;
}

// Its array is longer than `capacity` says, so that a test can name what is written behind it.
static inline struct page_table empty_table(int capacity) {
    return (struct page_table){.page = grade_ints(capacity + 8, -9, -9), .capacity = capacity};
}

static inline int whole_pages(int positions, int P) {
    int pages = 0;
    while (pages * P < positions) pages++;
    return pages;
}

enum writing { RIGHT_PLACE, NO_TABLE, TURNED, LAYER_0, PAGE_OUTSIDE, FROM_PAGE_START };

// Where a position goes, counted in rows of (G,D): as asked for, or with a mistake.
static inline int slot_of(const struct page_pool *p, const struct page_table *t, int layer, int position,
                          enum writing how) {
    const int P = p->P;
    int page = t->page[position / P], within = position % P;
    if (how == NO_TABLE) page = position / P;
    if (how == TURNED) page = t->page[position % P % t->count], within = position / P % P;
    if (how == FROM_PAGE_START) within = 0;
    if (how == LAYER_0) layer = 0;
    return how == PAGE_OUTSIDE ? (page * p->L + layer) * P + within : (layer * p->pages + page) * P + within;
}

// k (L,pages,P,G*D), which was `before`, with a row written to it.
static inline double *written(const float *before, const float *row, const struct page_pool *p,
                              const struct page_table *t, int layer, int position, enum writing how) {
    const int width = p->G * p->D, n = p->L * p->pages * p->P * width, slot = slot_of(p, t, layer, position, how);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = (double)before[i];
    for (int i = 0; i < width; i++) want[slot * width + i] = (double)row[i];
    return want;
}
