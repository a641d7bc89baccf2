// Caches in pages: nobody knows how long a text will be, so it gets memory piece by piece, and pieces of one size fit
// anywhere. (An operating system hands out a computer's memory in the same way.)
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "12-attention/rows.h"
#include "15-inference/inference.h"

bool pages_reserve(struct page_pool *p, struct page_table *t, int more) {
    // TODO 15.12 pages_reserve: pages for length + more positions, less those it has; none at all if not all
    todo("15.12 pages_reserve");
}

void pages_release(struct page_pool *p, struct page_table *t) {
    // TODO 15.12 pages_release: from the table's last page to its first, onto the end of free_page; length 0
    todo("15.12 pages_release");
}

// Where in p->k and p->v the (G,D) numbers of one position of a text start.
static size_t place(const struct page_pool *p, const struct page_table *t, int layer, int position) {
    // TODO 15.12 pages_write: k and v are (L,pages,P,G,D): the layer, the text's page, the position within it
    todo("15.12 pages_write");
}

void pages_write(struct page_pool *p, const struct page_table *t, int layer, int position, const float *k,
                 const float *v) {
    const size_t at = place(p, t, layer, position), bytes = (size_t)p->G * p->D * sizeof(float);
    memcpy(p->k + at, k, bytes);
    memcpy(p->v + at, v, bytes);
}

// Positions of one page lie side by side, so a page is what a tile was in chapter 12's flash attention. scores (P).
static void attend_head(float *out_h, float *scores, const float *q_h, const struct page_pool *p,
                        const struct page_table *t, int layer, int length, int g) {
    // TODO 15.12 paged_attention: page by page: scores of its positions below length, online_softmax, out_h
    todo("15.12 paged_attention");
}

void paged_attention(float *out, const float *q, const struct page_pool *p, const struct page_table *t, int layer,
                     int length, int H) {
    float *scores = alloc_floats((size_t)H * p->P);
#pragma omp parallel for schedule(static) if ((double)length * H * p->D > 1e5)
    for (int h = 0; h < H; h++) {
        int g = h;
        // TODO 15.12 paged_attention: g becomes the head of keys that head h of queries uses
        todo("15.12 paged_attention");
        attend_head(out + (size_t)h * p->D, scores + (size_t)h * p->P, q + (size_t)h * p->D, p, t, layer, length, g);
    }
    free(scores);
}
