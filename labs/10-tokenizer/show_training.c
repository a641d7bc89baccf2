// The merges that training finds, and what three ways of counting cost.
#include <stdlib.h>
#include <string.h>

#include "10-tokenizer/show.h"
#include "common/common.h"

static void print_merges(const struct tokenizer *t, int from, int to) {
    for (int k = from; k < to && k < t->merges; k++) {
        size_t size;
        const char *made = vocab_string(&t->vocab, t->merge[k].made, &size);
        printf("%s\"", k > from ? " " : "");
        print_piece(made, size);
        printf("\"");
    }
    printf("\n");
}

// One merge in the list of all symbols of the text, -1 between pieces: count, choose, merge.
static size_t merge_in_text(int *ids, size_t n, int made) {
    struct pair_counts p = {0};
    for (size_t i = 0; i + 1 < n; i++)
        if (ids[i] >= 0 && ids[i + 1] >= 0) pair_counts_find(&p, ids[i], ids[i + 1])->count++;
    int best = best_pair(&p);
    if (best >= 0) n = (size_t)merge_pair(ids, (int)n, p.pair[best].left, p.pair[best].right, made);
    pair_counts_free(&p);
    return n;
}

// Seconds for one merge when the whole text is counted anew for each: the mean of a few.
static double time_whole_text(struct text text, int merges) {
    struct regex *r = regex_gpt2();
    int code[256], id[256];
    byte_table(code, id);
    struct cuts cuts = {0};
    split_text(&cuts, r, text.data, text.size);
    struct ids all = {0};
    for (size_t k = 0, at = 0; k < cuts.count; k++) {
        for (; at < cuts.end[k]; at++) ids_push(&all, id[(unsigned char)text.data[at]]);
        ids_push(&all, -1);
    }
    double start = clock_seconds();
    size_t n = all.count;
    for (int k = 0; k < merges; k++) n = merge_in_text(all.id, n, 256 + k);
    double seconds = (clock_seconds() - start) / merges;
    ids_free(&all);
    cuts_free(&cuts);
    regex_free(r);
    return seconds;
}

// Seconds for all merges when the different words are counted anew for each.
static double time_recount(struct words *w, int merges) {
    double start = clock_seconds();
    for (int k = 0; k < merges; k++) {
        struct pair_counts p = {0};
        for (int i = 0; i < w->count; i++) pairs_add(&p, w, i, +1);
        int best = best_pair(&p);
        for (int i = 0; best >= 0 && i < w->count; i++)
            w->word[i].length =
                merge_pair(w->word[i].id, w->word[i].length, p.pair[best].left, p.pair[best].right, 256 + k);
        pair_counts_free(&p);
    }
    return clock_seconds() - start;
}

static void load_words(struct words *w, struct text text) {
    struct regex *r = regex_gpt2();
    *w = (struct words){0};
    words_count(w, r, text.data, text.size);
    regex_free(r);
}

void show_training(const struct options *o, const struct parts *p) {
    struct tokenizer t;
    double start = clock_seconds();
    tokenizer_train(&t, p->learn.data, p->learn.size, o->merges);
    double seconds = clock_seconds() - start;
    printf("\n%s: %d merges learned from %zu bytes\n", o->text, t.merges, p->learn.size);
    printf("  the first twenty   "), print_merges(&t, 0, 20);
    printf("  the last ten       "), print_merges(&t, t.merges - 10, t.merges);
    fprintf(stderr, "training took %.2f s\n", seconds);
    tokenizer_add_special(&t, "<|endoftext|>");
    tokenizer_save(&t, o->out, "tokenizer.json");
    printf("  saved as tokenizer.json, with <|endoftext|> as token %d\n", t.vocab.count - 1);
    tokenizer_free(&t);

    struct words w;
    load_words(&w, p->learn);
    long pieces = 0;
    for (int i = 0; i < w.count; i++) pieces += w.word[i].count;
    printf("  %ld pieces, %d of them different\n", pieces, w.count);
    int few = o->merges < 5 ? o->merges : 5;
    double whole = time_whole_text(p->learn, few) * o->merges, recount = time_recount(&w, o->merges);
    words_free(&w);
    load_words(&w, p->learn);
    struct merge *merge = alloc_zeroed((size_t)o->merges + 1, sizeof *merge);
    start = clock_seconds();
    bpe_train(merge, &w, 256, o->merges);
    double mended = clock_seconds() - start;
    free(merge);
    words_free(&w);
    struct csv_log csv;
    csv_open(&csv, o->out, "training_time.csv", "way,seconds");
    csv_row(&csv, "whole text every time,%.4f", whole);
    csv_row(&csv, "different words every time,%.4f", recount);
    csv_row(&csv, "counts mended,%.4f", mended);
    csv_close(&csv);
    fprintf(stderr,
            "%d merges: whole text every time %.1f s (from %d), words every time %.2f s, counts mended %.3f s\n",
            o->merges, whole, few, recount, mended);
}
