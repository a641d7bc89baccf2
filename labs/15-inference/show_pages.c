// Many texts at once: memory in pages, a batch that never waits, and what each brings.
#include "15-inference/show_serving.h"

// Llama 2 7B: 32 layers, 32 heads of keys and values with 128 numbers each, in 2 bytes.
static const double known_bytes = 32.0 * 2 * 32 * 128 * 2;
enum { KNOWN_LONGEST = 2048, KNOWN_TEXTS = 16 };

// How long an answer and its prompt become: most are short, some ten times as long.
static int draw_length(struct rng *r) {
    int length = 20;
    while (length < KNOWN_LONGEST && rng_uniform(r) < 0.9f) length += 1 + rng_below(r, 50);
    return length < KNOWN_LONGEST ? length : KNOWN_LONGEST;
}

// Texts of random length come until one does not fit. Returns how many there are, how many positions they fill, and how
// many they hold.
static int fill(long *filled, long *held, int P, uint64_t seed) {
    struct rng r;
    struct page_pool pool;
    struct page_table table;
    rng_seed(&r, seed, 151);
    page_pool_init(&pool, KNOWN_TEXTS * KNOWN_LONGEST / P, P, 1, 1, 1);
    page_table_init(&table, KNOWN_LONGEST / P);
    int texts = 0;
    *filled = 0;
    for (;; texts++) {
        const int length = draw_length(&r);
        table.count = table.length = 0;  // a table for each text is not needed: nobody gives pages back here
        if (!pages_reserve(&pool, &table, length)) break;
        *filled += length;
    }
    *held = (long)(pool.pages - pool.free_count) * P;
    page_table_free(&table);
    page_pool_free(&pool);
    return texts;
}

void show_page_sizes(const struct show *s) {
    static const int sizes[] = {KNOWN_LONGEST, 512, 128, 64, 32, 16, 8, 1};
    struct csv_log log;
    csv_open(&log, s->out, "page_sizes.csv", "positions,texts,filled,held,waste");
    printf("\nA cache of %.0f GiB for a Llama 2 7B (%.0f KiB a position) that sees %d tokens: texts of random length\n",
           known_bytes * KNOWN_TEXTS * KNOWN_LONGEST / (1 << 30), known_bytes / 1024, KNOWN_LONGEST);
    printf("  %-30s %10s %14s %14s\n", "pages of", "texts fit", "memory filled", "held, empty");
    for (int i = 0; i < COUNT(sizes); i++) {
        long filled, held;
        const int P = sizes[i], texts = fill(&filled, &held, P, s->seed);
        const double used = (double)filled / (KNOWN_TEXTS * KNOWN_LONGEST), waste = 1 - (double)filled / (double)held;
        printf("  %4d %-25s %10d %13.1f%% %13.1f%%\n", P, P == KNOWN_LONGEST ? "(the longest, in advance)" : "", texts,
               100 * used, 100 * waste);
        csv_row(&log, "%d,%d,%ld,%ld,%.5f", P, texts, filled, held, waste);
    }
    csv_close(&log);
}

void show_pages(const struct show *s) {
    show_page_sizes(s);
    show_batches(s);
    show_served(s);
    show_texts(s);
}
