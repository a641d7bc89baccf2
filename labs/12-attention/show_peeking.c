// What a forgotten causal mask does: the loss is perfect, and the model cannot write.
#include <stdlib.h>
#include <string.h>

#include "12-attention/show.h"

enum { SYMBOLS = 8, POINTS = 40 };

// The model writes the n answers itself: each of its own tokens is read before the next. Returns the share of right ones.
static double write_share(struct toy *m, const struct toy_batch *whole) {
    int B = whole->B, n = SYMBOLS, right = 0;
    struct toy_batch batch;
    toy_batch_init(&batch, B, 2 * n + 1);
    for (int i = 0; i < n; i++) {
        int T = n + 2 + i;  // START, the symbols, TURN, and what is written so far
        int *tokens = alloc_zeroed((size_t)B * T, sizeof *tokens);
        for (int b = 0; b < B; b++) {
            int known = i == 0 ? n + 2 : T - 1;
            const int *from = i == 0 ? whole->tokens + b * whole->T : batch.tokens + b * (T - 1);
            memcpy(tokens + b * T, from, known * sizeof *tokens);
            if (i > 0) tokens[b * T + T - 1] = toy_answer(m, b);
            batch.rows[b] = b * T + T - 1;
            batch.targets[b] = whole->targets[b * n + i];
            batch.length[b] = T;
        }
        memcpy(batch.tokens, tokens, (size_t)B * T * sizeof *tokens);
        free(tokens);
        batch.T = T;
        batch.count = B;
        toy_loss(m, &batch);
        for (int b = 0; b < B; b++) right += toy_answer(m, b) == batch.targets[b];
    }
    toy_batch_free(&batch);
    return (double)right / (B * n);
}

void show_peeking(const struct options *o) {
    const char *const names[2] = {"causal mask", "no mask"};
    const int steps = o->steps / 2;
    double losses[2][POINTS] = {{0}}, told[2], alone[2];
#pragma omp parallel for
    for (int i = 0; i < 2; i++) {
        const struct toy_config c = {.V = TOY_VOCABULARY,
                                     .T = 2 * SYMBOLS + 1,
                                     .C = 64,
                                     .H = 4,
                                     .L = 2,
                                     .positions = TOY_ROPE,
                                     .causal = i == 0};
        struct toy m;
        struct toy_batch batch;
        struct rng texts;
        rng_seed(&texts, o->seed, 9);
        toy_init(&m, &c, o->batch, o->seed);
        toy_batch_init(&batch, o->batch, c.T);
        for (int s = 0, point = 0; s < steps; s++) {
            toy_repeat_batch(&batch, TOY_REVERSE, SYMBOLS, &texts);
            float loss = toy_step(&m, &batch, toy_lr(o->lr, s, steps));
            while (point < POINTS && (s + 1) * POINTS >= (point + 1) * steps) losses[i][point++] = (double)loss;
        }
        toy_repeat_batch(&batch, TOY_REVERSE, SYMBOLS, &texts);
        told[i] = toy_accuracy(&m, &batch);
        alone[i] = write_share(&m, &batch);
        toy_batch_free(&batch);
        toy_free(&m);
    }
    struct csv_log log;
    csv_open(&log, o->out, "peeking.csv", "step,causal,none");
    for (int p = 0; p < POINTS; p++) {
        csv_row(&log, "%d,%.5g,%.5g", (p + 1) * steps / POINTS, losses[0][p], losses[1][p]);
    }
    csv_close(&log);
    printf("\nThe mask forgotten: reverse of %d symbols, %d steps\n", SYMBOLS, steps);
    printf("  %-12s %12s %26s %22s\n", "", "last loss", "right, the text before it", "right, writing alone");
    for (int i = 0; i < 2; i++) {
        printf("  %-12s %12.4f %25.1f%% %21.1f%%\n", names[i], losses[i][POINTS - 1], 100.0 * told[i],
               100.0 * alone[i]);
    }
}
