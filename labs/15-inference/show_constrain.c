// Texts that must match a pattern: how many do without help, and what the help costs.
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_village.h"

enum { LONGEST = 16 };  // new tokens, of an answer that ends with a full stop

static const struct task {
    const char *name, *prompt, *pattern, *right;  // right: the one right answer, or NULL
} tasks[] = {
    {"a number", "3 + 4 =", " \\d{1,2} \\.", " 7 ."},
    {"three words", "repeat cat dog hen =", "( [a-z]+){3} \\.", " cat dog hen ."},
    {"one of two places", "ann lives in the", " (cave|tower) \\.", NULL},
    {"a red thing", "max found a", " red [a-z]+ \\.", NULL},
    {"either of two ways", "tom", " (found a red [a-z]+|lives in the (camp|mill)) \\.", NULL},
};

struct writer {
    struct decode_state state;
    struct bytes text;
    struct cuts end;  // the bytes of every token
    int stop;         // the full stop
    // while a pattern holds:
    const struct automaton *pattern;
    int at;  // its state
    bool *allowed;
    int forced;  // tokens that had no alternative
};

static void writer_init(struct writer *w, const struct show *s, const struct decoder *d) {
    *w = (struct writer){.stop = micro_world_id(".")};
    decode_init(&w->state, d, 1, d->config.T, d->config.T);
    codec_pieces(&w->text, &w->end, s->codec);
    while ((int)w->end.count < d->config.V) cuts_push(&w->end, w->text.count);  // ids that mean nothing have no bytes
    w->allowed = alloc_zeroed((size_t)d->config.V, sizeof *w->allowed);
}

static void writer_free(struct writer *w) {
    decode_free(&w->state);
    bytes_free(&w->text);
    cuts_free(&w->end);
    free(w->allowed);
}

// Which tokens may come next. false: none, the text is complete.
static bool find_allowed(struct writer *w) {
    const int count = automaton_allowed(w->allowed, w->pattern, w->at, w->text.data, w->end.end, (int)w->end.count, -1);
    w->forced += count == 1;
    return count > 0;
}

static bool follow(void *context, int token) {
    struct writer *w = context;
    const size_t start = token > 0 ? w->end.end[token - 1] : 0;
    w->at = automaton_run(w->pattern, w->at, w->text.data + start, w->end.end[token] - start);
    return find_allowed(w);
}

struct result {
    double matches, right, found;  // texts; found: of those that match, they go on with " found"
    double tokens, forced;         // one pass of the model each
};

// `count` texts at temperature 1, free or within the pattern.
static struct result write_texts(struct writer *w, const struct task *task, const struct automaton *a, bool within,
                                 int count, struct rng *r) {
    struct result x = {0};
    int tokens[64];
    const int n = village_prompt(tokens, COUNT(tokens) - LONGEST, task->prompt);
    const struct choice choice = {.temperature = 1, .top_p = 1, .allowed = within ? w->allowed : NULL};
    w->pattern = a;
    w->forced = 0;
    for (int i = 0; i < count; i++) {
        struct bytes text = {0};
        w->at = 0;
        if (within) find_allowed(w);
        decode_rewind(&w->state, 0);
        const int end = continue_text(tokens, n, n + LONGEST, &w->state, &choice, within ? -1 : w->stop, r,
                                      within ? follow : NULL, w);
        for (int t = n; t < end; t++) {
            const size_t start = tokens[t] > 0 ? w->end.end[tokens[t] - 1] : 0;
            bytes_push(&text, w->text.data + start, w->end.end[tokens[t]] - start);
        }
        const int state = automaton_run(a, 0, text.data, text.count);
        const bool matches = state >= 0 && a->accepting[state];
        x.matches += matches;
        x.right += task->right && strlen(task->right) == text.count && memcmp(task->right, text.data, text.count) == 0;
        x.found += matches && text.count > 6 && memcmp(text.data, " found", 6) == 0;
        x.tokens += end - n;
        bytes_free(&text);
    }
    x.forced = w->forced;
    return x;
}

static void print_row(const struct task *t, const struct result *x, const struct result *y, int count) {
    char per_match[16] = "never";
    if (x->matches > 0) snprintf(per_match, sizeof per_match, "%.1f", x->tokens / x->matches);
    printf("  %-18s  %-20s %5.1f %% %6.1f %%    ", t->name, t->prompt, 100 * x->matches / count,
           100 * y->matches / count);
    if (t->right) printf("%5.1f %% %6.1f %%", 100 * x->right / count, 100 * y->right / count);
    else printf("%7s %8s", "-", "-");
    printf("  %8s %6.1f %6.1f\n", per_match, y->tokens / count, (y->tokens - y->forced) / count);
}

void show_constrain(const struct show *s) {
    if (!village_speaks(s, "constrain")) return;
    const int count = s->quick ? 10 : 800;
    struct decoder d;
    struct writer w;
    struct csv_log csv;
    struct progress bar;
    struct result x[COUNT(tasks)], y[COUNT(tasks)];
    struct rng r;
    decoder_init(&d, s->config, s->params, TYPE_F32);
    writer_init(&w, s, &d);
    rng_seed(&r, s->seed, 1508);
    progress_start(&bar, "patterns", 2.0 * COUNT(tasks) * count, "texts");
    csv_open(&csv, s->out, "constrain.csv", "task,free,within,free_passes,within_passes,unforced_passes");
    for (int i = 0; i < COUNT(tasks); i++) {
        struct automaton a;
        char error[256];
        if (!automaton_compile(&a, tasks[i].pattern, error, sizeof error)) die("%s: %s", tasks[i].pattern, error);
        automaton_find_alive_by_tokens(&a, w.text.data, w.end.end, (int)w.end.count);
        x[i] = write_texts(&w, &tasks[i], &a, false, count, &r);
        y[i] = write_texts(&w, &tasks[i], &a, true, count, &r);
        csv_row(&csv, "%s,%.4f,%.4f,%.3f,%.3f,%.3f", tasks[i].name, x[i].matches / count, y[i].matches / count,
                x[i].matches > 0 ? x[i].tokens / x[i].matches : 0, y[i].tokens / count,
                (y[i].tokens - y[i].forced) / count);
        automaton_free(&a);
        progress_update(&bar, 2.0 * (i + 1) * count, "%s", tasks[i].name);
    }
    progress_end(&bar, "done");
    csv_close(&csv);
    printf("\nAnswers that match a pattern, %d each at temperature 1: left free, and within the pattern\n", count);
    printf("  %-18s  %-20s %-18s  %-17s  passes of the model for each match\n", "must be", "after", "match", "right");
    printf("  %-39s %7s %8s    %7s %8s  %8s %6s  without forced ones\n", "", "free", "within", "free", "within", "free",
           "within");
    for (int i = 0; i < COUNT(tasks); i++) print_row(&tasks[i], &x[i], &y[i], count);
    const struct result *free_ones = &x[COUNT(tasks) - 1], *within = &y[COUNT(tasks) - 1];
    printf(
        "  The last one, of the texts that match: \"tom found ...\" is %.0f %% of the free ones, and %.0f %% within "
        "the pattern\n",
        free_ones->matches > 0 ? 100 * free_ones->found / free_ones->matches : 0,
        within->matches > 0 ? 100 * within->found / within->matches : 0);
    writer_free(&w);
    decoder_free(&d);
}
