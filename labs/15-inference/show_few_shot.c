// Do examples in the prompt help? Questions of each kind after 0, 1, 2 and 4 others with their answers, each a document
// of its own, as the model has read them in training; and after as many documents of other kinds, which only take up
// room. Two kinds are new: lists to be repeated or reversed without a word that says which. Only examples can tell.
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_village.h"

enum { SHOTS = 4, TEXTS = 16, LONGEST_EXAMPLE = 34 };
enum { UNNAMED_REPEAT = MW_PROBES, UNNAMED_REVERSE, KINDS };
static const int shots[SHOTS] = {0, 1, 2, 4};

static const char *kind_name(int kind) {
    return kind == UNNAMED_REPEAT ? "(repeat)" : kind == UNNAMED_REVERSE ? "(reverse)" : micro_world_probe_name[kind];
}

static struct micro_world_probe question(int kind, struct rng *r) {
    if (kind < MW_PROBES) return micro_world_probe((enum micro_world_probe_kind)kind, r);
    struct micro_world_probe p = micro_world_probe(kind == UNNAMED_REPEAT ? MW_PROBE_REPEAT : MW_PROBE_REVERSE, r);
    p.prompt_count--;  // without the word behind <bos>
    memmove(p.prompt + 1, p.prompt + 2, (size_t)(p.prompt_count - 1) * sizeof *p.prompt);
    return p;
}

// Whether an example of one kind would show how to answer the other.
static bool is_like(int a, int b) {
    return a == b || (b == UNNAMED_REPEAT && a == MW_PROBE_REPEAT) || (b == UNNAMED_REVERSE && a == MW_PROBE_REVERSE);
}

// Writes `count` examples and then a question with its right answer to row; where the answer begins and ends. false:
// too long.
static bool write_question(int *row, int T, int *answer, int *end, int kind, int count, bool same, struct rng *r) {
    int text[(SHOTS + 1) * LONGEST_EXAMPLE], n = 0;
    for (int i = 0; i <= count; i++) {
        const bool last = i == count;
        int of_kind = kind;
        while (!last && !same && is_like(of_kind, kind)) of_kind = rng_below(r, MW_PROBE_RECALL_1);
        const struct micro_world_probe p = question(of_kind, r);
        memcpy(text + n, p.prompt, (size_t)p.prompt_count * sizeof *text);
        n += p.prompt_count;
        *answer = n;
        memcpy(text + n, p.answer, (size_t)p.answer_count * sizeof *text);
        n += p.answer_count;
        *end = n;
        if (!last) text[n++] = MW_EOS;
    }
    if (n > T) return false;
    memcpy(row, text, (size_t)n * sizeof *row);
    return true;
}

static bool all_likeliest(const float *logits, const int *row, int answer, int end, int V) {
    for (int t = answer; t < end; t++)
        for (int v = 0; v < V; v++)
            if (logits[(size_t)(t - 1) * V + v] > logits[(size_t)(t - 1) * V + row[t]]) return false;
    return true;
}

// The share of questions that the model answers right, always taking the likeliest token; -1: they do not fit. The
// answer is read along with the question: a greedy model says it if, and only if, each of its tokens is the likeliest.
static double right_share(struct decode_state *s, int kind, int count, bool same, int questions, uint64_t seed) {
    const int T = s->d->config.T, V = s->d->config.V;
    int *rows = alloc_zeroed((size_t)TEXTS * T, sizeof *rows), answer[TEXTS], end[TEXTS], right = 0, asked = 0;
    struct rng r;
    rng_seed(&r, seed, 1512 + (uint64_t)kind);
    for (int tries = 0; asked < questions && tries < 3 * questions;) {
        int n = 0, longest = 0;
        for (; n < TEXTS && asked + n < questions && tries < 3 * questions; tries++) {
            if (!write_question(rows + n * T, T, &answer[n], &end[n], kind, count, same, &r)) continue;
            longest = end[n] > longest ? end[n] : longest;
            n++;
        }
        if (n == 0) break;
        int *step = alloc_zeroed((size_t)TEXTS * longest, sizeof *step);  // what is behind an answer is not looked at
        for (int b = 0; b < n; b++) memcpy(step + b * longest, rows + b * T, (size_t)end[b] * sizeof *step);
        decode_rewind(s, 0);
        const float *logits = decode_all(s, step, longest);
        for (int b = 0; b < n; b++)
            right += all_likeliest(logits + (size_t)b * longest * V, step + b * longest, answer[b], end[b], V);
        asked += n;
        free(step);
    }
    free(rows);
    return asked < questions ? -1 : (double)right / questions;
}

static void print_share(double share) {
    if (share < 0) printf(" %8s", "-");
    else printf(" %6.1f %%", 100 * share);
}

void show_few_shot(const struct show *s) {
    if (!village_speaks(s, "few-shot")) return;
    const int questions = s->quick ? 8 : 160;
    struct decoder d;
    struct decode_state state;
    struct csv_log csv;
    struct progress bar;
    double share[KINDS][2][SHOTS];
    decoder_init(&d, s->config, s->params, TYPE_F32);
    decode_init(&state, &d, TEXTS, d.config.T, d.config.T);
    progress_start(&bar, "questions", KINDS * 2.0 * SHOTS * questions, "questions");
    csv_open(&csv, s->out, "few_shot.csv", "kind,same,shots_0,shots_1,shots_2,shots_4");
    for (int kind = 0; kind < KINDS; kind++)
        for (int same = 1; same >= 0; same--) {
            double *row = share[kind][same];
            for (int i = 0; i < SHOTS; i++) row[i] = right_share(&state, kind, shots[i], same, questions, s->seed);
            csv_row(&csv, "%s,%d,%.4f,%.4f,%.4f,%.4f", kind_name(kind), same, row[0], row[1], row[2], row[3]);
            progress_update(&bar, (kind * 2.0 + 2 - same) * SHOTS * questions, "%s", kind_name(kind));
        }
    progress_end(&bar, "done");
    csv_close(&csv);
    printf(
        "\n%d questions of each kind, answered right (greedy) after so many examples (-: they do not fit into %d "
        "tokens)\n",
        questions, d.config.T);
    printf("  %-10s  %8s %8s %8s %8s   after texts of other kinds: %5d %8d %8d\n", "", "none", "1", "2", "4", 1, 2, 4);
    for (int kind = 0; kind < KINDS; kind++) {
        printf("  %-10s ", kind_name(kind));
        for (int i = 0; i < SHOTS; i++) print_share(share[kind][1][i]);
        printf("%26s", "");
        for (int i = 1; i < SHOTS; i++) print_share(share[kind][0][i]);
        printf("\n");
    }
    printf("  (repeat), (reverse): lists without the word that says which, so that only the examples can tell\n");
    decode_free(&state);
    decoder_free(&d);
}
