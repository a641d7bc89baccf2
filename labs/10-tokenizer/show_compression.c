// How many bytes a token stands for, by the size of the vocabulary, on text that training has not seen.
#include <string.h>

#include "10-tokenizer/show.h"
#include "common/common.h"

struct parts parts_load(const char *name, size_t at_most) {
    struct parts p = {.whole = text_load(name)};
    size_t size = p.whole.size < at_most ? p.whole.size : at_most, cut = size / 10 * 9;
    while (cut < size && p.whole.data[cut] != '\n') cut++;
    if (cut < size) cut++;  // the newline stays with what it ends
    if (cut == 0 || cut == size) die("%s has too few lines: a tenth of it is held back to measure on", name);
    p.learn = (struct text){p.whole.data, cut};
    p.held = (struct text){p.whole.data + cut, size - cut};
    return p;
}

void parts_free(struct parts *p) {
    text_free(&p->whole);
}

size_t token_count(const struct tokenizer *t, struct text text) {
    struct ids ids = {0};
    tokenizer_encode(&ids, t, text.data, text.size);
    size_t count = ids.count;
    ids_free(&ids);
    return count;
}

static void measure(struct csv_log *csv, const char *name, const struct tokenizer *all, const struct parts *own,
                    const struct parts *foreign) {
    const int merges[] = {0, 10, 30, 100, 300, 1000, 3000, 10000, 30000};
    for (int i = 0; i < COUNT(merges); i++) {
        bool last = i + 1 == COUNT(merges) || merges[i] >= all->merges;
        struct tokenizer t;
        tokenizer_first_merges(&t, all, merges[i]);
        double learned = (double)own->learn.size / (double)token_count(&t, own->learn);
        double held = (double)own->held.size / (double)token_count(&t, own->held);
        double other = (double)foreign->held.size / (double)token_count(&t, foreign->held);
        csv_row(csv, "%d,%.4f,%.4f,%.4f", t.vocab.count, learned, held, other);
        printf("  %-12s %8d %10.3f %10.3f %10.3f\n", name, t.vocab.count, learned, held, other);
        tokenizer_free(&t);
        if (last) break;
    }
}

void show_compression(const struct options *o, const struct parts *p, const struct parts *other) {
    const char *names[] = {o->text, o->other}, *files[] = {"compression_text.csv", "compression_other.csv"};
    const struct parts *texts[] = {p, other};
    printf("\nBytes per token\n  %-12s %8s %10s %10s %10s\n", "learned from", "tokens", "there", "held back",
           "other text");
    for (int k = 0; k < 2; k++) {
        struct tokenizer t;
        tokenizer_train(&t, texts[k]->learn.data, texts[k]->learn.size, o->largest);
        struct csv_log csv;
        csv_open(&csv, o->out, files[k], "vocabulary,learned,held,other");
        measure(&csv, names[k], &t, texts[k], texts[1 - k]);
        csv_close(&csv);
        tokenizer_free(&t);
    }
}
