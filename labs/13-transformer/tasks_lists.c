// Lists of letters, to be reversed or sorted.
#include <stdlib.h>
#include <string.h>

#include "13-transformer/tasks.h"

struct list_batch list_batch_new(const struct list_task *task, int B, bool apart) {
    struct list_batch b = {.B = B, .T = apart ? task->longest : 2 * task->longest, .S = apart ? task->longest : 0};
    const size_t cells = (size_t)B * b.T;
    b.tokens = alloc_zeroed(cells, sizeof *b.tokens);
    b.targets = alloc_zeroed(cells, sizeof *b.targets);
    b.length = alloc_zeroed((size_t)B, sizeof *b.length);
    if (apart) {
        b.source = alloc_zeroed((size_t)B * b.S, sizeof *b.source);
        b.source_length = alloc_zeroed((size_t)B, sizeof *b.source_length);
    }
    return b;
}

void list_batch_free(struct list_batch *b) {
    free(b->tokens);
    free(b->targets);
    free(b->length);
    free(b->source);
    free(b->source_length);
    *b = (struct list_batch){0};
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void answer_list(int *answer, const int *list, int n, enum list_rule rule) {
    for (int i = 0; i < n; i++) answer[i] = list[n - 1 - i];
    if (rule == SORT) qsort(answer, (size_t)n, sizeof *answer, compare_ints);
}

// Row b: `tokens` gets what stands before the answer's letters, "=" included, then all of them but the last.
static void write_row(struct list_batch *b, int row, const int *list, const int *answer, int n) {
    int *tokens = b->tokens + (size_t)row * b->T, *targets = b->targets + (size_t)row * b->T, at = 0;
    for (int t = 0; t < b->T; t++) tokens[t] = LIST_EQUALS, targets[t] = -1;
    if (b->source) {
        int *source = b->source + (size_t)row * b->S;
        for (int i = 0; i < b->S; i++) source[i] = i < n ? list[i] : LIST_EQUALS;
        b->source_length[row] = n;
    } else {
        memcpy(tokens, list, (size_t)n * sizeof *list);
        at = n;
    }
    for (int i = 0; i < n; i++) {
        if (i > 0) tokens[at + i] = answer[i - 1];
        targets[at + i] = answer[i];
    }
    b->length[row] = at + n;
}

void list_batch_draw(struct list_batch *b, const struct list_task *task, struct rng *r) {
    int *list = alloc_zeroed(2 * (size_t)task->longest, sizeof *list), *answer = list + task->longest;
    for (int row = 0; row < b->B; row++) {
        int n = task->shortest + rng_below(r, task->longest - task->shortest + 1);
        for (int i = 0; i < n; i++) list[i] = rng_below(r, LIST_LETTERS);
        answer_list(answer, list, n, task->rule);
        write_row(b, row, list, answer, n);
    }
    free(list);
}

void list_print(const int *tokens, int n) {
    for (int i = 0; i < n; i++) printf("%s%c", i ? " " : "", tokens[i] == LIST_EQUALS ? '=' : 'a' + tokens[i]);
}

static int likeliest(const float *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

float rows_right(const float *logits, const int *targets, int B, int T, int V) {
    int right = 0;
    for (int b = 0; b < B; b++) {
        bool all = true;
        for (int t = 0; t < T; t++) {
            const size_t n = (size_t)b * T + t;
            if (targets[n] >= 0 && likeliest(logits + n * V, V) != targets[n]) all = false;
        }
        right += all;
    }
    return (float)right / (float)B;
}
