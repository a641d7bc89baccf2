// How often the k-th most frequent byte, token and word stands in the text.
#include <math.h>
#include <stdlib.h>

#include "10-tokenizer/show.h"
#include "common/common.h"

static int descending(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

// Rows rank, share; of the many high ranks only some, evenly spread on a logarithmic scale. Returns how many ranks there are.
static int write_ranks(const struct options *o, const char *file, long *counts, int n) {
    qsort(counts, (size_t)n, sizeof *counts, descending);
    double total = 0;
    int ranks = 0;
    for (int i = 0; i < n; i++) total += (double)counts[i], ranks += counts[i] > 0;
    struct csv_log csv;
    csv_open(&csv, o->out, file, "rank,share");
    for (double next = 1; next <= ranks; next = fmax(floor(next) + 1, next * 1.05))
        csv_row(&csv, "%d,%.3g", (int)next, (double)counts[(int)next - 1] / total);
    csv_close(&csv);
    return ranks;
}

static int tokens(const struct options *o, const char *file, const struct tokenizer *all, int merges,
                  struct text text) {
    struct tokenizer t;
    struct ids ids = {0};
    tokenizer_first_merges(&t, all, merges);
    tokenizer_encode(&ids, &t, text.data, text.size);
    long *counts = alloc_zeroed((size_t)t.vocab.count, sizeof *counts);
    for (size_t i = 0; i < ids.count; i++) counts[ids.id[i]]++;
    int ranks = write_ranks(o, file, counts, t.vocab.count);
    free(counts);
    ids_free(&ids);
    tokenizer_free(&t);
    return ranks;
}

void show_zipf(const struct options *o, const struct parts *p) {
    struct tokenizer all;
    tokenizer_train(&all, p->learn.data, p->learn.size, o->largest);
    struct words w = {0};
    words_count(&w, all.regex, p->learn.data, p->learn.size);
    long *counts = alloc_zeroed((size_t)w.count, sizeof *counts);
    int once = 0;
    for (int i = 0; i < w.count; i++) counts[i] = w.word[i].count, once += counts[i] == 1;
    write_ranks(o, "zipf_words.csv", counts, w.count);
    printf("\nWhat the text uses: %d different pieces, %d of them once;\n", w.count, once);
    int bytes = tokens(o, "zipf_bytes.csv", &all, 0, p->learn);
    int some = tokens(o, "zipf_tokens.csv", &all, o->merges, p->learn);
    int many = tokens(o, "zipf_many.csv", &all, o->largest, p->learn);
    printf("  %d bytes; %d tokens of %d; %d tokens of %d\n", bytes, some, 256 + o->merges, many, all.vocab.count);
    free(counts);
    words_free(&w);
    tokenizer_free(&all);
}
