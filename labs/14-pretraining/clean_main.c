// clean: documents in, fewer and better documents out. make lab-14 PROG=clean ARGS='--text FILE --out DIR'; without a file
// it cleans the village's web, of which it knows every page, and says how well it did.
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/cleaning.h"
#include "datasets/text.h"

struct options {
    const char *text, *good, *junk;
    int pages, labelled, trials;
    bool quick;
    struct cleaning how;
};

static struct options parse(int argc, char **argv) {
    struct options o = {.text = "",
                        .good = "",
                        .junk = "",
                        .pages = 8000,
                        .labelled = 1000,
                        .trials = 1000,
                        .how = cleaning_defaults()};
    struct flag flags[] = {
        flag_string("text", &o.text, "clean this file, one document a line; without it, the village's web"),
        flag_string("good", &o.good, "for --text: good documents to learn from, one a line"),
        flag_string("junk", &o.junk, "for --text: junk to learn from, one a line"),
        flag_string("out", &o.how.out, "folder for CSV files and clean.txt; without it none are written"),
        flag_int("pages", &o.pages, 16, 1000000, "pages of the village's web"),
        flag_int("labelled", &o.labelled, 2, 1000000, "pages that the filter learns from"),
        flag_int("trials", &o.trials, 1, 1000000, "pairs for each point of the S-curve"),
        flag_int("buckets", &o.how.buckets, 1, 1 << 24, "length of a document's vector"),
        flag_int("epochs", &o.how.epochs, 1, 1000, "passes over the labelled documents"),
        flag_float("lr", &o.how.lr, 0, 1000, "learning rate of the filter"),
        flag_int("width", &o.how.width, 1, 100, "words of a shingle"),
        flag_int("bands", &o.how.bands, 1, 1000, "bands of a signature"),
        flag_int("rows", &o.how.rows, 1, 1000, "numbers of a band"),
        flag_float("threshold", &o.how.threshold, 0, 1, "similarity from which on documents are the same"),
        flag_int("seed", &o.how.seed, 0, 1000000000, "of the pages and of the order of learning"),
        flag_switch("quick", &o.quick, "few pages"),
    };
    flags_parse(argc, argv, "Throws out junk and duplicates.", NULL, flags, COUNT(flags));
    if (!*o.good != !*o.junk) die_usage("--good and --junk go together: the filter learns from both");
    if (*o.good && !*o.text) die_usage("--good and --junk are for --text: name the file to clean");
    if (o.quick) {
        o.pages = 400;
        o.labelled = 100;
        o.trials = 20;
    }
    return o;
}

// The lines of a text that are not empty: its line ends become zeros, the list points into it.
static struct pages lines_of(struct text *t) {
    struct pages p = {.text = alloc_zeroed(t->size + 1, sizeof *p.text)};
    bool inside = false;
    for (size_t i = 0; i < t->size; i++) {
        if (t->data[i] == '\n' || t->data[i] == '\r' || t->data[i] == '\0') {
            t->data[i] = '\0';
            inside = false;
        } else if (!inside) {
            p.text[p.n++] = &t->data[i];
            inside = true;
        }
    }
    return p;
}

// A filter from a file of good documents and one of junk.
static void learn(struct quality *q, const struct options *o) {
    struct text text[2] = {text_load(o->junk), text_load(o->good)};
    struct pages part[2] = {lines_of(&text[0]), lines_of(&text[1])};
    const size_t n = (size_t)part[0].n + (size_t)part[1].n;
    struct pages all = {.text = alloc_zeroed(n, sizeof *all.text)};
    int *label = alloc_zeroed(n, sizeof *label);
    for (int good = 0; good < 2; good++)
        for (int i = 0; i < part[good].n; i++) {
            label[all.n] = good;
            all.text[all.n++] = part[good].text[i];
        }
    train_filter(q, &all, label, &o->how);
    free(label);
    pages_free(&all);
    for (int good = 0; good < 2; good++) {
        pages_free(&part[good]);
        text_free(&text[good]);
    }
}

static void clean_text(const struct options *o) {
    const int K = o->how.bands * o->how.rows;
    struct text text = text_load(o->text);
    struct pages all = lines_of(&text);
    if (all.n == 0) die("%s has no documents: expected one a line", o->text);
    bool *keep = alloc_zeroed((size_t)all.n, sizeof *keep);
    uint32_t *signatures = alloc_zeroed((size_t)all.n * (size_t)K, sizeof *signatures);
    for (int i = 0; i < all.n; i++) keep[i] = true;
    if (*o->good) {
        struct quality q;
        learn(&q, o);
        filter_pages(keep, &q, &all);
        quality_free(&q);
    }
    struct pages good = choose_pages(&all, keep);
    sign_pages(signatures, &good, &o->how);
    deduplicate(keep, signatures, good.n, K, o->how.rows, o->how.threshold);
    struct pages clean = choose_pages(&good, keep);
    printf("%d documents, %d after the filter, %d after de-duplication\n", all.n, good.n, clean.n);
    if (*o->how.out) write_pages(&clean, o->how.out);
    pages_free(&clean);
    pages_free(&good);
    pages_free(&all);
    free(signatures);
    free(keep);
    text_free(&text);
}

int main(int argc, char **argv) {
    const struct options o = parse(argc, argv);
    if (*o.text) {
        clean_text(&o);
        return 0;
    }
    show_crawl(o.pages, o.labelled, &o.how);
    show_curve(o.trials, &o.how);
    show_time(o.pages, &o.how);
    return 0;
}
