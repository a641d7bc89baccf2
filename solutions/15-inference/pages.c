// Caches in pages: nobody knows how long a text will be, so it gets memory piece by piece, and pieces of one size fit
// anywhere. (An operating system hands out a computer's memory in the same way.)
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "12-attention/rows.h"
#include "15-inference/inference.h"

bool pages_reserve(struct page_pool *p, struct page_table *t, int more) {
    // BEGIN SOLUTION 15.12 pages_reserve: pages for length + more positions, less those it has; none at all if not all
    const int total = (t->length + more + p->P - 1) / p->P, missing = total - t->count;
    if (missing > p->free_count || total > t->capacity) return false;
    while (t->count < total) t->page[t->count++] = p->free_page[--p->free_count];
    return true;
    // END SOLUTION
}

void pages_release(struct page_pool *p, struct page_table *t) {
    // BEGIN SOLUTION 15.12 pages_release: from the table's last page to its first, onto the end of free_page; length 0
    while (t->count > 0) p->free_page[p->free_count++] = t->page[--t->count];
    t->length = 0;
    // END SOLUTION
}

// Where in p->k and p->v the (G,D) numbers of one position of a text start.
static size_t place(const struct page_pool *p, const struct page_table *t, int layer, int position) {
    // BEGIN SOLUTION 15.12 pages_write: k and v are (L,pages,P,G,D): the layer, the text's page, the position within it
    const int page = t->page[position / p->P], within = position % p->P;
    return (((size_t)layer * p->pages + page) * p->P + within) * p->G * p->D;
    // END SOLUTION
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
    // BEGIN SOLUTION 15.12 paged_attention: page by page: scores of its positions below length, online_softmax, out_h
    const int P = p->P, D = p->D;
    const size_t row = (size_t)p->G * D;  // from one position of a page to the next
    float max = -INFINITY, sum = 0;
    for (int d = 0; d < D; d++) out_h[d] = 0;
    for (int first = 0; first < length; first += P) {
        const int n = length - first < P ? length - first : P;
        const size_t at = place(p, t, layer, first) + (size_t)g * D;
        for (int s = 0; s < n; s++) scores[s] = row_dot(q_h, p->k + at + s * row, D) / sqrtf((float)D);
        const float factor = online_softmax(scores, n, &max, &sum);
        for (int d = 0; d < D; d++) out_h[d] *= factor;
        for (int s = 0; s < n; s++) row_add(out_h, scores[s], p->v + at + s * row, D);
    }
    for (int d = 0; d < D; d++) out_h[d] /= sum;
    // END SOLUTION
}

void paged_attention(float *out, const float *q, const struct page_pool *p, const struct page_table *t, int layer,
                     int length, int H) {
    float *scores = alloc_floats((size_t)H * p->P);
#pragma omp parallel for schedule(static) if ((double)length * H * p->D > 1e5)
    for (int h = 0; h < H; h++) {
        int g = h;
        // BEGIN SOLUTION 15.12 paged_attention: g becomes the head of keys that head h of queries uses
        g /= H / p->G;
        // END SOLUTION
        attend_head(out + (size_t)h * p->D, scores + (size_t)h * p->P, q + (size_t)h * p->D, p, t, layer, length, g);
    }
    free(scores);
}
