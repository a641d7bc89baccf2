// The micro-world's pages: near copies are alike, other good pages are not. Chapter 14's MinHash stands on that.
#include <criterion/criterion.h>

#include "datasets/micro_world.h"

// Shingles of five words, as hashes; the share that two pages have in common (Jaccard).
static int shingles_of(uint64_t *out, const char *text) {
    uint64_t word[200] = {0};
    int n = 0;
    for (const char *c = text; *c; c++)
        if (*c == ' ' || *c == '\n') n++;
        else word[n] = (word[n] ^ (unsigned char)*c) * 0x100000001b3u;
    for (int i = 0; i + 4 <= n; i++) {
        out[i] = 0;
        for (int k = 0; k < 5; k++) out[i] = (out[i] ^ word[i + k]) * 0x9e3779b97f4a7c15u;
    }
    return n - 3;
}

static double likeness(const char *a, const char *b) {
    uint64_t x[200], y[200];
    int n = shingles_of(x, a), m = shingles_of(y, b), common = 0;
    for (int i = 0; i < n; i++) {
        bool found = false;
        for (int j = 0; j < m && !found; j++) found = x[i] == y[j];
        common += found;
    }
    return common / (double)(n + m - common);
}

Test(micro_world_copies, near_copies_are_near_and_others_far) {
    enum { N = 400 };
    struct micro_world_page *pages = micro_world_pages(N, 4);
    double least = 1, most = 0;
    for (int i = 0; i < N; i++) {
        if (pages[i].kind == MW_PAGE_NEAR_COPY) {
            double like = likeness(pages[i].text, pages[pages[i].original].text);
            if (like < least) least = like;
        }
        for (int j = 0; j < i; j++)
            if (pages[i].kind == MW_PAGE_GOOD && pages[j].kind == MW_PAGE_GOOD) {
                double like = likeness(pages[i].text, pages[j].text);
                if (like > most) most = like;
            }
    }
    printf("# shingles of five words in common: near copies at least %.2f, different good pages at most %.2f\n", least,
           most);
    cr_expect(least > .4, "%.2f", least);
    cr_expect(most < .3, "%.2f", most);
    micro_world_pages_free(pages, N);
}
