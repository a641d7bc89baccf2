// Tests of attention.c.
#include "12-attention/definitions.h"

// Mistakes that can show in this attention, for the next check of out or probs.
static void suspect_forward(const struct attention *a, const struct operands *x, bool probs) {
    const enum mistake always[] = {NO_SCALE, SCALE_D, OVER_QUERIES, NO_SOFTMAX_SUM};
    const enum mistake causal[] = {NOT_CAUSAL, BLIND_TO_SELF, ONE_AHEAD, NO_OFFSET},
                       heads[] = {HEAD_MODULO, FIRST_HEAD};
    const enum mistake alibi[] = {NO_ALIBI, ALIBI_UP, ALIBI_SLOPE_0}, padded[] = {NO_LENGTH, FIRST_LENGTH};
    const enum mistake masked[] = {MASK_AFTER, MASK_ZERO};
    const struct {
        bool on;
        const enum mistake *list;
        int n;
    } sets[] = {{true, always, 4},    {a->causal, causal, 4}, {a->G > 1, heads, 2}, {a->causal || a->length, masked, 2},
                {a->slope, alibi, 3}, {a->length, padded, 2}};
    int count = 0;
    for (int i = 0; i < COUNT(sets); i++)
        for (int j = 0; sets[i].on && j < sets[i].n && count < 16; j++, count++)
            suspect(mistake_names[sets[i].list[j]], suspected(a, x, sets[i].list[j], probs));
}

static void check_forward(struct problem p, int options) {
    struct attention *a = use(&p, options);
    const struct operands x = operands_of(&p);
    const struct result want = attend(a, &x, RIGHT);
    float *out = grade_output(p.n_out), *probs = grade_output(a->B * a->H * a->T * a->S);
    attention_forward(out, probs, p.q, p.k, p.v, a);
    suspect_forward(a, &x, true);
    grade_array(described("probs", a), probs, want.probs, AXES("bhts", a->B, a->H, a->T, a->S), 1e-5);
    suspect_forward(a, &x, false);
    grade_array(described("out", a), out, want.out, AXES("bthd", a->B, a->T, a->H, a->D), 1e-5);
    grade_unchanged("k", p.k);
}

EXERCISE(attention_forward, .number = "12.3", .points = 10, .needs = "visible_keys") {
    struct attention one = {.B = 1, .T = 1, .S = 3, .H = 1, .G = 1, .D = 2, .q_row = 2, .kv_row = 2, .kv_seq = 6};
    float *out = grade_output(2), *probs = grade_output(3);
    attention_forward(out, probs, example_q, example_keys, example_values, &one);
    suspect_one_query(example_q, example_keys, example_values, 3, 2, true);
    suspect("the softmax goes over the queries; it is over the keys of one query", (double[]){1, 1, 1});
    grade_array("probs of the chapter's example", probs, example_probs, AXES("s", 3), 1e-5);
    grade_array("out of the chapter's example", out, example_out, AXES("d", 2), 1e-5);

    const int T = grade_int(4, 7), D = 2 * grade_int(1, 3) + 1;
    check_forward(random_problem(T, T + grade_int(1, 3), 1, 1, D, 0), 0);
    check_forward(random_problem(T, T, 1, 1, D, CAUSAL), CAUSAL);
    check_forward(random_problem(T, T + 2, 3, 1, D, PADDED), PADDED);
    check_forward(random_problem(T, T, 2, 3, D, CAUSAL), CAUSAL);
    check_forward(random_problem(T, T, 1, 3, D, CAUSAL | ALIBI), CAUSAL | ALIBI);
    check_forward(random_problem(T, T + 3, 2, 2, D, 7), 7);
    struct problem p = random_problem(T, T + 1, 1, 2, D, PADDED);
    p.length[0] = 0;  // a sequence without a single key
    check_forward(p, PADDED);

    p = golden_problem();
    out = grade_output(96), probs = grade_output(72);
    attention_forward(out, probs, p.q, p.k, p.v, &p.a);
    grade_array("out, as PyTorch's", out, golden_out, AXES("bthd", 2, 3, 4, 4), 1e-5);
}

// The backward functions get the forward results from here: they do not depend on the learner's own.
static struct backward by_attention(const struct problem *p) {
    const struct attention *a = &p->a;
    const struct operands x = operands_of(p);
    const struct result r = attend(a, &x, RIGHT);
    struct backward d = new_gradients(p);
    attention_backward(d.dq, d.dk, d.dv, p->dout, floats_of(r.probs, a->B * a->H * a->T * a->S), p->q, p->k, p->v, a);
    return d;
}

EXERCISE(attention_backward, .number = "12.4", .points = 11, .needs = "visible_keys", .seconds = 10) {
    const int T = grade_int(4, 7), D = 2 * grade_int(1, 3) + 1;
    check_backward(by_attention, random_problem(T, T, 1, 1, D, 0), 0, 2e-5);
    check_backward(by_attention, random_problem(T, T + 2, 1, 1, D, CAUSAL), CAUSAL, 2e-5);
    check_backward(by_attention, random_problem(T, T, 3, 2, D, CAUSAL | PADDED), CAUSAL | PADDED, 2e-5);
    check_backward(by_attention, random_problem(T, T + 1, 2, 1, D, ALIBI), ALIBI, 2e-5);
    check_differences(by_attention, random_problem(3, 4, 2, 2, 3, 7), 7);
    check_golden_backward(by_attention);
}
