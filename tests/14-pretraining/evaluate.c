// Tests of evaluate.c.
#include "14-pretraining/definitions.h"

// What one row costs the model, in nats; adds its positions and their targets' bytes, the inputs' bytes too.
static double row_nats(struct gpt *m, const int *row, const int *token_bytes, long *positions, double bytes[2]) {
    int inputs[TINY_T];
    double nats = 0;
    for (int t = 0; t < TINY_T; t++) inputs[t] = row[t] < 0 ? 0 : row[t];
    const float *logits = gpt_forward(m, inputs, NULL, 1, TINY_T);
    for (int t = 0; t < TINY_T; t++) {
        const float *x = logits + t * TINY_V;
        double sum = 0;
        bytes[1] += token_bytes[inputs[t]];
        if (row[t + 1] < 0) continue;
        for (int v = 0; v < TINY_V; v++) sum += exp((double)x[v]);
        nats += log(sum) - (double)x[row[t + 1]];
        bytes[0] += token_bytes[row[t + 1]];
        ++*positions;
    }
    return nats;
}

EXERCISE(evaluate, .number = "14.13", .points = 5, .seconds = 20, .needs = "row_example") {
    // The text's example: a model that knows nothing gives each of V = 11 tokens 1/11.
    struct gpt m;
    int token_bytes[TINY_V];
    for (int v = 0; v < TINY_V; v++) token_bytes[v] = 2;
    tiny_model(&m, 0);
    gpt_reserve(&m, 4, TINY_T, false);
    struct rows r = random_rows(11, TINY_T, TINY_V, -1);
    struct evaluation e = evaluate(&m, &r, 0, 11, 4, token_bytes);
    long counts = 0;
    for (int i = 0; i < 11 * (TINY_T + 1); i++) counts += i % (TINY_T + 1) > 0 && r.token[i] >= 0;
    suspect_scalar("padding is counted", 11 * TINY_T);
    grade_equal("positions that count", e.positions, counts);
    grade_scalar("loss of a model that knows nothing", e.loss, log(11), 1e-5);
    suspect_scalar("2^loss, where the loss is in nats: e^loss", exp2(log(11)));
    grade_scalar("its perplexity", e.perplexity, 11, 1e-4);
    suspect_scalar("nats, where bits are asked for: divide by log(2)", log(11) / 2);
    suspect_scalar("bits per token, where bits per byte are asked for", log(11) / log(2));
    grade_scalar("its bits per byte, with 2 bytes a token", e.bits_per_byte, log(11) / log(2) / 2, 1e-5);
    gpt_free(&m);

    tiny_model(&m, 0.6f);
    gpt_reserve(&m, 4, TINY_T, false);
    for (int v = 0; v < TINY_V; v++) token_bytes[v] = grade_int(1, 9);
    long positions = 0, in_batch = 0;
    double nats = 0, batch = 0, means = 0, bytes[2] = {0};
    for (int i = 2; i < 11; i++) {  // batches of 4, 4 and 1
        batch += row_nats(&m, r.token + i * (TINY_T + 1), token_bytes, &in_batch, bytes);
        if (i != 5 && i != 9 && i != 10) continue;
        nats += batch;
        positions += in_batch;
        means += batch / (double)in_batch / 3;
        batch = 0;
        in_batch = 0;
    }
    e = evaluate(&m, &r, 2, 9, 4, token_bytes);
    suspect_scalar("padding is counted", 9 * TINY_T);
    grade_equal("positions", e.positions, positions);
    suspect_scalar("the mean of the batches' means, where batches differ in how much of them counts", means);
    suspect_scalar("the sum, where the mean is asked for", nats);
    grade_scalar("loss", e.loss, nats / (double)positions, 1e-5);
    suspect_scalar("2^loss, where the loss is in nats: e^loss", exp2(nats / (double)positions));
    grade_scalar("perplexity", e.perplexity, exp(nats / (double)positions), 1e-4);
    suspect_scalar("nats, where bits are asked for: divide by log(2)", nats / bytes[0]);
    suspect_scalar("multiplied by log(2), where a nat is more than a bit", nats * log(2) / bytes[0]);
    suspect_scalar("the bytes of the inputs, where those of the targets are asked for", nats / log(2) / bytes[1]);
    suspect_scalar("the mean loss over the bytes, where all losses together are asked for",
                   nats / (double)positions / log(2) / bytes[0]);
    grade_scalar("bits per byte", e.bits_per_byte, nats / log(2) / bytes[0], 1e-5);
    e = evaluate(&m, &r, 2, 9, 4, NULL);
    grade_scalar("bits per byte without token_bytes", e.bits_per_byte, 0, 0);
    rows_free(&r);
    gpt_free(&m);
}
