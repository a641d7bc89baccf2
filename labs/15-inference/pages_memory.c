// Memory for pages, and for the tables that say where a text lies.
#include <stdlib.h>

#include "15-inference/inference.h"

void page_pool_init(struct page_pool *p, int pages, int P, int L, int G, int D) {
    const size_t floats = (size_t)L * pages * P * G * D;
    *p = (struct page_pool){.pages = pages, .P = P, .L = L, .G = G, .D = D, .free_count = pages};
    p->free_page = alloc_zeroed((size_t)pages, sizeof *p->free_page);
    for (int i = 0; i < pages; i++) p->free_page[i] = pages - 1 - i;
    p->k = alloc_floats(floats);
    p->v = alloc_floats(floats);
}

void page_pool_free(struct page_pool *p) {
    free(p->free_page);
    free(p->k);
    free(p->v);
    *p = (struct page_pool){0};
}

void page_table_init(struct page_table *t, int capacity) {
    *t = (struct page_table){.page = alloc_zeroed((size_t)capacity, sizeof *t->page), .capacity = capacity};
}

void page_table_free(struct page_table *t) {
    free(t->page);
    *t = (struct page_table){0};
}
