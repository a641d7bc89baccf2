// The traffic of a launch by the learner's lines. A compiler makes several accesses of one in the source (it unrolls
// loops and copies paths), and no two compilers do the same: they are added up.
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

static int by_place(const void *a, const void *b) {
    const struct simt_line *l = a, *m = b;
    int files = strcmp(l->place.file, m->place.file);
    if (files) return files;
    if (l->place.line != m->place.line) return l->place.line - m->place.line;
    if (l->direction != m->direction) return l->direction - m->direction;
    if (l->shared != m->shared) return l->shared - m->shared;
    if (l->atomic != m->atomic) return l->atomic - m->atomic;
    return l->size - m->size;
}

int lines_merge(struct simt_line *line, int n) {
    qsort(line, (size_t)n, sizeof *line, by_place);
    int left = 0;
    for (int i = 0; i < n; i++)
        if (left > 0 && by_place(&line[left - 1], &line[i]) == 0)
            traffic_add(&line[left - 1].traffic, &line[i].traffic);
        else line[left++] = line[i];
    return left;
}

struct simt_line *lines_of(const struct traffic_line *t, int n, int *lines) {
    struct simt_line *line = calloc((size_t)n + 1, sizeof *line);
    uint32_t *pc = calloc((size_t)n + 1, sizeof *pc);
    struct simt_place *place = calloc((size_t)n + 1, sizeof *place);
    if (!line || !pc || !place) abort();
    for (int i = 0; i < n; i++) pc[i] = t[i].pc;
    source_places(place, pc, n);
    for (int i = 0; i < n; i++)
        line[i] = (struct simt_line){.place = place[i],
                                     .shared = t[i].shared,
                                     .direction = t[i].how & ACCESS_WRITE ? SIMT_STORE : SIMT_LOAD,
                                     .atomic = t[i].how & ACCESS_ATOMIC,
                                     .size = t[i].size,
                                     .traffic = t[i].traffic};
    free(pc), free(place);
    *lines = lines_merge(line, n);
    return line;
}
