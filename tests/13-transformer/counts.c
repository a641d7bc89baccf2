// Tests of counts.c.
#include "13-transformer/definitions.h"

// Published models and the number of their parameters.
struct known_model {
    const char *name;
    struct gpt_config config;
    size_t parameters;
};

static struct gpt_config published_llama(int V, int C, int L, int H, int G, int F) {
    struct gpt_config c = llama_config(V, 2048, C, L, H, G);
    c.F = F, c.tied = false;
    return c;
}

EXERCISE(gpt_parameters, .number = "13.11", .points = 3) {
    const struct known_model known[] = {
        {"GPT-2", gpt2_config(50257, 1024, 768, 12, 12), 124439808},
        {"GPT-2 XL", gpt2_config(50257, 1024, 1600, 48, 25), 1557611200},
        {"Llama 2 7B", published_llama(32000, 4096, 32, 32, 32, 11008), 6738415616},
        {"TinyLlama 1.1B", published_llama(32000, 2048, 22, 32, 4, 5632), 1100048384},
        {"Llama 3 8B", published_llama(128256, 4096, 32, 32, 8, 14336), 8030261248},
    };
    for (int i = 0; i < COUNT(known); i++) {
        const struct gpt_config *c = &known[i].config;
        const double want = (double)known[i].parameters, L = c->L, C = c->C, F = c->F;
        const double KV = c->G * C / c->H, table = (double)c->V * C;
        suspect_scalar("the head is counted, although it is the token table", want + table);
        suspect_scalar("the head is not counted: this model's is not its token table", want - table);
        suspect_scalar("queries, keys and values are counted as 3 C C: with fewer key and value heads they are fewer",
                       want + L * 2 * (C - KV) * C);
        if (c->shape == GPT2) {
            suspect_scalar("the biases are missing", want - L * (2 * C + 3 * C + C + F + C) - C);
            suspect_scalar("the biases of the norms are missing", want - L * 2 * C - C);
            suspect_scalar("the biases of the norms are missing", want - L * 2 * C);
            suspect_scalar("the positions are missing", want - (double)c->T * C);
        } else {
            suspect_scalar("SwiGLU has three matrices: gates, values, down", want - L * F * C);
            suspect_scalar("a Llama has no learned positions", want + (double)c->T * C);
        }
        suspect_scalar("the last norm is missing", want - (c->shape == GPT2 ? 2 : 1) * C);
        grade_scalar(known[i].name, (double)gpt_parameters(c), want, 0);
    }
    struct gpt_config c = random_config(LLAMA, 33, 9, 3);
    grade_equal("a small Llama", (long)gpt_parameters(&c), count_parameters(&c));
}

EXERCISE(gpt_flops_per_token, .number = "13.11", .points = 2, .needs = "gpt_parameters") {
    for (int untied = 0; untied < 2; untied++) {
        struct gpt_config c = gpt2_config(50257, 1024, 768, 12, 12);
        if (untied) c = published_llama(32000, 2048, 22, 32, 4, 5632);
        const double positions = untied ? 0 : 1024 * 768, table = untied ? 32000.0 * 2048 : 50257.0 * 768;
        const double all = untied ? 1100048384 : 124439808, multiplied = all - positions - (untied ? table : 0);
        const int T = untied ? 2048 : grade_int(60, 1024);
        const double attention = 12.0 * c.L * c.C * T, want = 6 * multiplied + attention;
        suspect_scalar("2 per parameter is the forward pass; the backward pass needs 4 more",
                       2 * multiplied + attention);
        suspect_scalar("attention is missing: 12 L C T", 6 * multiplied);
        suspect_scalar("all parameters are counted; a row of a table is looked up, not multiplied by",
                       6 * all + attention);
        if (untied)
            suspect_scalar("the token table counts only where it makes the logits, too",
                           6 * (multiplied + table) + attention);
        else suspect_scalar("a tied token table makes the logits: it counts", 6 * (multiplied - table) + attention);
        suspect_scalar("attention over all positions of the model: T is the text's",
                       6 * multiplied + 12.0 * c.L * c.C * c.T);
        grade_scalar(untied ? "TinyLlama 1.1B" : "GPT-2", gpt_flops_per_token(&c, T), want, 1e-9);
    }
}

EXERCISE(gpt_training_bytes, .number = "13.12", .points = 2, .seconds = 10, .needs = "gpt_parameters") {
    for (int shape = GPT2; shape <= LLAMA; shape++) {
        struct gpt_config c = random_config((enum gpt_shape)shape, 211, 64, grade_int(2, 4));
        const int B = 3, T = grade_int(30, 64);
        const struct gpt_bytes got = gpt_training_bytes(&c, B, T);
        const double n = count_parameters(&c), N = B * T, C = c.C, F = c.F, U = shape == GPT2 ? F : 2 * F;
        const double QKV = C + 2 * c.G * C / c.H, block = N * (5 * C + QKV + U + F + 4 + c.H), end = N * (2 * C + 2);
        grade_scalar("bytes of the parameters", got.params, 4 * n, 1e-9);
        grade_scalar("bytes of the gradients", got.grads, 4 * n, 1e-9);
        suspect_scalar("one moment only: AdamW keeps two", 4 * n);
        grade_scalar("bytes of the moments", got.moments, 8 * n, 1e-9);
        suspect_scalar("numbers, not bytes: a float has 4", N * c.V);
        grade_scalar("bytes of the logits", got.logits, 4 * N * c.V, 1e-9);
        suspect_scalar("one block only: in training every layer keeps its state", 4 * (block + end));
        suspect_scalar("x, norm, mean and rstd after the last block are missing", 4 * c.L * block);
        suspect_scalar("lse is missing", 4 * (c.L * (block - N * c.H) + end));
        suspect_scalar("the means and rstds of the norms are missing", 4 * (c.L * (block - 4 * N) + end));
        grade_scalar("bytes of the activations", got.activations, 4 * (c.L * block + end), 1e-9);
        suspect_scalar("the scratch of every layer: they share one", 4 * N * c.L * (3 * C + QKV + F + U));
        suspect_scalar("dx is missing", 4 * N * (2 * C + QKV + F + U));
        grade_scalar("bytes of the scratch", got.scratch, 4 * N * (3 * C + QKV + F + U), 1e-9);
        struct gpt m;
        gpt_init(&m, &c, 0.02f, grade_rng());
        gpt_reserve(&m, B, T, true);
        grade_scalar("against what gpt_reserve takes, angles and gaps between the pieces aside",
                     (got.activations + got.logits + got.scratch) / (4 * (double)m.memory_floats), 1, 0.02);
        gpt_free(&m);
    }
}
