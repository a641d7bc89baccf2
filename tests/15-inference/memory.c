// Tests of memory.c.
#include "15-inference/decode.h"

EXERCISE(type_bytes, .number = "15.1", .points = 2) {
    suspect_scalar("a bfloat16 has 16 bits: 2 bytes", 28e9);
    grade_scalar("bytes of 7 billion numbers in BF16", type_bytes(TYPE_BF16, 7e9), 14e9, 1e-12);
    suspect_scalar("half a byte for each number, and no scales", 16);
    suspect_scalar("the scale of a block is an F16, 2 bytes, not 4", 20);
    suspect_scalar("a number has 4 bits: half a byte", 34);
    grade_scalar("bytes of one Q4_0 block, 32 numbers", type_bytes(TYPE_Q4_0, 32), 18, 1e-12);
    suspect_scalar("a byte for each number, and no scales", 32);
    suspect_scalar("the scale of a block is an F16, 2 bytes, not 4", 36);
    grade_scalar("bytes of one Q8_0 block, 32 numbers", type_bytes(TYPE_Q8_0, 32), 34, 1e-12);
    const double blocks = grade_int(1000, 9000) * 1e6 + grade_int(1, 1000), n = 32 * blocks;
    grade_scalar("bytes in F32", type_bytes(TYPE_F32, n), 128 * blocks, 1e-12);
    grade_scalar("bytes in F16", type_bytes(TYPE_F16, n), 64 * blocks, 1e-12);
    grade_scalar("bytes in BF16", type_bytes(TYPE_BF16, n), 64 * blocks, 1e-12);
    grade_scalar("bytes in Q8_0", type_bytes(TYPE_Q8_0, n), 34 * blocks, 1e-12);
    grade_scalar("bytes in Q4_0", type_bytes(TYPE_Q4_0, n), 18 * blocks, 1e-12);
}

// Sums over the list of pieces that chapter 13 keeps.
struct sizes {
    double matrices, vectors, table, positions;  // matrices of the blocks; (V,C); the position table
    double head;                                 // (V,C) if not tied
};

static struct sizes sizes_of(const struct gpt_config *c) {
    struct sizes s = {0};
    int count;
    struct gpt_tensor *t = gpt_tensors(c, &count);
    for (int i = 0; i < count; i++) {
        double *sum = t[i].cols == 0 ? &s.vectors : &s.matrices;
        if (t[i].field == offsetof(struct gpt_weights, token_table)) sum = &s.table;
        if (t[i].field == offsetof(struct gpt_weights, position_table)) sum = &s.positions;
        if (t[i].field == offsetof(struct gpt_weights, head)) sum = &s.head;
        *sum += (double)t[i].size;
    }
    free(t);
    return s;
}

static void check_bytes(const char *what, const struct gpt_config *c, enum number_type type) {
    static const double size[NUMBER_TYPES] = {4, 2, 2, 34.0 / 32, 18.0 / 32};
    const struct sizes s = sizes_of(c);
    const double b = size[type], head = c->tied ? s.table : s.head, want = b * (s.matrices + head) + 4 * s.vectors;
    suspect_scalar("the position table is counted: only one row of it is looked up", want + b * s.positions);
    suspect_scalar("the position table is counted: only one row of it is looked up", want + 4 * s.positions);
    if (!c->tied)
        suspect_scalar("the token table is counted, and it is not the head: only one row is looked up",
                       want + b * s.table);
    suspect_scalar("the head is missing: it is read for every token", want - b * head);
    if (b != 4) suspect_scalar("norms and biases stay in F32", want + (b - 4) * s.vectors);
    suspect_scalar("norms and biases are missing", want - 4 * s.vectors);
    const double kv = 2.0 * c->L * c->C * (c->C - c->G * (c->C / c->H));
    if (kv > 0) suspect_scalar("there are G heads of keys and values, not H", want + b * kv);
    if (c->shape == LLAMA) suspect_scalar("a Llama's `up` has 2F rows", want - b * c->L * c->F * (double)c->C);
    suspect_scalar("the last norm is missing", want - 4 * (c->shape == GPT2 ? 2.0 : 1) * c->C);
    const double got = decode_bytes(c, type);
    grade_true(got >= 0, "%s: got %g\nlooks like: more weights than an int can count: multiply them as doubles", what,
               got);
    grade_scalar(what, got, want, 1e-9);
}

EXERCISE(decode_bytes, .number = "15.1", .points = 2, .needs = "type_bytes") {
    struct gpt_config gpt2 = gpt2_config(50257, 1024, 768, 12, 12);
    suspect_scalar("the position table is counted: only one row of it is looked up", 497759232);
    suspect_scalar("the head is missing: it is read for every token", 494613504 - 4.0 * 50257 * 768);
    suspect_scalar("norms and biases are missing", 494613504 - 4.0 * 121344);
    suspect_scalar("the last norm is missing", 494613504 - 4.0 * 2 * 768);
    grade_scalar("bytes of GPT-2 124M's step in F32: 4 * (124,439,808 parameters - 1024 * 768 of the position table)",
                 decode_bytes(&gpt2, TYPE_F32), 494613504, 1e-9);
    struct gpt_config llama = llama_config(32000, 4096, 4096, 32, 32, 32);
    llama.F = 11008, llama.tied = false;
    check_bytes("bytes of Llama-7B's step in BF16", &llama, TYPE_BF16);
    check_bytes("bytes of GPT-2 124M's step in Q8_0", &gpt2, TYPE_Q8_0);
    for (int i = 0; i < 4; i++) {
        const int D = 2 * grade_int(1, 8), G = grade_int(1, 3), H = G * grade_int(2, 4);
        struct gpt_config c = i % 2 ? gpt2_config(grade_int(5, 900), grade_int(3, 90), H * D, grade_int(2, 9), H)
                                    : llama_config(grade_int(5, 900), 50, H * D, grade_int(2, 9), H, G);
        c.tied = i < 2;
        check_bytes("bytes of a step", &c, i == 0 ? TYPE_F16 : i == 1 ? TYPE_Q4_0 : TYPE_Q8_0);
    }
}
