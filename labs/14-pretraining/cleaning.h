// A crawl cleaned: the quality filter, then de-duplication, measured against what each page really is.
#pragma once
#include "14-pretraining/pretraining.h"

struct cleaning {
    const char *out;  // folder for CSV files and clean.txt; "": none
    int buckets;      // of the features
    int epochs;       // of the filter
    float lr;         // of the filter
    int width;        // words of a shingle
    int bands, rows;  // of the signatures: K = bands * rows
    float threshold;  // of the similarity
    int seed;
};
struct cleaning cleaning_defaults(void);

// Documents, with what is known about them.
struct pages {
    const char **text;
    int n;
    int *kind;   // (n) enum micro_world_page_kind, or NULL: not known
    int *group;  // (n) the first page of which this one is a copy, or itself; NULL: not known
};

// ---- cleaning.c: the steps ------------------------------------------------------------------------------------------
// The text's features: x (buckets).
void page_features(float *x, const char *text, int buckets);
// A filter that has learned from labelled pages: label (n) 1 good, 0 junk.
void train_filter(struct quality *q, const struct pages *labelled, const int *label, const struct cleaning *c);
// keep (n): the score is 0.5 or more.
void filter_pages(bool *keep, const struct quality *q, const struct pages *p);
// signatures (n,K)
void sign_pages(uint32_t *signatures, const struct pages *p, const struct cleaning *c);
// Those of the pages that keep says, in order; group and kind with them. Its lists are new, the texts are not.
struct pages choose_pages(const struct pages *p, const bool *keep);
void pages_free(struct pages *p);
// dir/clean.txt: the pages, a blank line between them.
void write_pages(const struct pages *p, const char *dir);

// ---- show_crawl.c, show_lsh.c: what the program prints ----------------------------------------------------------------
// Cleans n pages of the village's web, learning from `labelled` other pages. Writes filter_labels.csv: how good the filter
// is after so many labelled pages.
void show_crawl(int n, int labelled, const struct cleaning *c);
// The S-curve: how often sets of a known similarity become candidates, beside the formula; lsh_curve.csv. trials: pairs
// for each point.
void show_curve(int trials, const struct cleaning *c);
// Seconds to find the duplicates among up to n pages, by LSH and by comparing all pairs; lsh_time.csv.
void show_time(int n, const struct cleaning *c);
