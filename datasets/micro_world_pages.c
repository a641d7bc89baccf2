// The village's part of the web: good pages, and what a crawler brings home with them.
#include <stdlib.h>
#include <string.h>

#include "datasets/micro_world.h"

enum { FEWEST = 60, MOST = 150, BYTES = 4096 };  // words and bytes of a page

const char *const micro_world_page_name[MW_PAGE_KINDS] = {"good", "salad", "spam",     "noise",
                                                          "menu", "copy",  "near copy"};

static const char *const advertisements[] = {
    "buy cheap hats now", "best price for gold coin , order today",    "click here to win a free lamp",
    "lose weight fast",   "meet single people in the village tonight", "cheap cheap cheap soup , only today",
};
static const char *const boilerplate[] = {
    "home | about | contact | login",
    "accept all cookies",
    "copyright the village , all rights reserved",
    "share this page",
    "next page >>",
    "terms of service | privacy",
    "subscribe to our letter",
    "read more ...",
    "you have 0 things in your basket",
    "page not found",
    "back to top",
    "menu | search | help",
};

bool micro_world_page_is_junk(enum micro_world_page_kind kind) {
    return kind >= MW_PAGE_SALAD && kind <= MW_PAGE_MENU;
}

// ---- a page under the pen -------------------------------------------------------------------------------------------
struct page {
    char text[BYTES];
    int words;
};

// Adds words, on a new line or after a space.
static void add(struct page *p, const char *words, bool new_line) {
    size_t used = strlen(p->text);
    const char *between = used == 0 ? "" : new_line ? "\n" : " ";
    snprintf(p->text + used, BYTES - used, "%s%s", between, words);
    p->words++;
    for (const char *c = words; *c; c++) p->words += *c == ' ';
}

// Cuts the page at its spaces and line ends, which become zeros: word (MOST) points at each word. Returns how many
// there are.
static int split(char **word, char *text) {
    int n = 0;
    for (char *c = strtok(text, " \n"); c && n < MOST; c = strtok(NULL, " \n")) word[n++] = c;
    return n;
}

static void add_document(struct page *p, struct rng *r) {
    int ids[MW_LONGEST], n = micro_world_document(ids, r);
    char line[MW_LONGEST * 10];
    micro_world_decode(line, sizeof line, ids + 1, n - 2);
    add(p, line, true);
}

static const char *any_word(struct rng *r) {
    return micro_world_word(MW_A + 1 + rng_below(r, MW_WORDS - MW_A - 1));
}

// ---- kinds ----------------------------------------------------------------------------------------------------------
// A document has at most 60 words, so the page ends below 90 + 60.
static void write_good(struct page *p, struct rng *r) {
    int enough = FEWEST + rng_below(r, 31);
    while (p->words < enough) add_document(p, r);
}

// Half of them have the words of a good page, shuffled: how often words come betrays nothing, only their order does.
static void write_salad(struct page *p, struct rng *r) {
    struct page source = {0};
    write_good(&source, r);
    char *word[MOST];
    int order[MOST], n = split(word, source.text);
    bool uniform = rng_below(r, 2) == 0;
    for (int i = 0; i < n; i++) order[i] = i;
    rng_shuffle(r, order, n);
    for (int i = 0; i < n; i++) {
        bool new_line = rng_below(r, 12) == 0;
        add(p, uniform ? any_word(r) : word[order[i]], new_line);
    }
}

static void write_spam(struct page *p, struct rng *r) {
    const char *said[2];
    for (int i = 0; i < 2; i++) said[i] = advertisements[rng_below(r, COUNT(advertisements))];
    int enough = FEWEST + rng_below(r, 60);
    while (p->words < enough) {
        bool new_line = rng_below(r, 3) == 0;
        add(p, said[rng_below(r, 4) == 0], new_line);
    }
}

static void write_noise(struct page *p, struct rng *r) {
    static const char characters[] = "abcdefghijklmnopqrstuvwxyz0123456789#@%&{}<>/";
    int enough = FEWEST + rng_below(r, 60);
    while (p->words < enough) {
        char word[10] = "";
        int length = 2 + rng_below(r, 7);
        for (int i = 0; i < length; i++) word[i] = characters[rng_below(r, (int)sizeof characters - 1)];
        add(p, word, rng_below(r, 10) == 0);
    }
}

// A document among what stands around it.
static void write_menu(struct page *p, struct rng *r) {
    int before = rng_below(r, 5);
    for (int line = 0; p->words < FEWEST || line <= before; line++)
        if (line == before) add_document(p, r);
        else add(p, boilerplate[rng_below(r, COUNT(boilerplate))], true);
}

// Puts other words in place of 2 to 4 of the page's.
static void write_near_copy(struct page *p, const char *original, struct rng *r) {
    char text[BYTES], *word[MOST];
    snprintf(text, sizeof text, "%s", original);
    int n = split(word, text), order[MOST], changes = 2 + rng_below(r, 3);
    const char *instead[MOST] = {0};
    for (int i = 0; i < n; i++) order[i] = i;
    rng_shuffle(r, order, n);
    for (int i = 0; i < changes; i++) {
        int at = order[i];
        do instead[at] = any_word(r);
        while (strcmp(instead[at], word[at]) == 0);
    }
    for (int i = 0; i < n; i++) {
        bool new_line = i > 0 && original[word[i] - text - 1] == '\n';
        add(p, instead[i] ? instead[i] : word[i], new_line);
    }
}

// ---- the crawl ------------------------------------------------------------------------------------------------------
static char *keep(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(alloc_zeroed(size, 1), text, size);
}

struct micro_world_page *micro_world_pages(int n, uint64_t seed) {
    static const int percent[MW_PAGE_KINDS] = {50, 8, 8, 7, 7, 10, 10};
    struct micro_world_page *pages = alloc_zeroed((size_t)n, sizeof *pages);
    struct rng r;
    rng_seed(&r, seed, MW_CRAWL);
    for (int i = 0; i < n; i++) {
        int draw = i == 0 ? 0 : rng_below(&r, 100), kind = 0, original = 0;
        while (kind < MW_PAGE_KINDS - 1 && draw >= percent[kind]) draw -= percent[kind++];
        bool copied = kind == MW_PAGE_COPY || kind == MW_PAGE_NEAR_COPY;
        if (copied) do
                original = rng_below(&r, i);
            while (pages[original].kind != MW_PAGE_GOOD);
        struct page p = {0};
        if (kind == MW_PAGE_GOOD) write_good(&p, &r);
        else if (kind == MW_PAGE_SALAD) write_salad(&p, &r);
        else if (kind == MW_PAGE_SPAM) write_spam(&p, &r);
        else if (kind == MW_PAGE_NOISE) write_noise(&p, &r);
        else if (kind == MW_PAGE_MENU) write_menu(&p, &r);
        else if (kind == MW_PAGE_COPY) add(&p, pages[original].text, true);
        else write_near_copy(&p, pages[original].text, &r);
        pages[i] = (struct micro_world_page){keep(p.text), (enum micro_world_page_kind)kind, copied ? original : -1};
    }
    return pages;
}

void micro_world_pages_free(struct micro_world_page *pages, int n) {
    for (int i = 0; i < n; i++) free(pages[i].text);
    free(pages);
}
