// Tests of counts.c.
#include "12-attention/definitions.h"

EXERCISE(attention_counts, .number = "12.13", .points = 4, .needs = "visible_keys") {
    struct attention two = attention_self(1, 2, 1, 1, 4);  // two words, all four pairs
    suspect_scalar("half: a pair has two products, and each of their terms a multiplication and an addition", 32);
    grade_scalar("flops of 2 queries on 2 keys of 4 numbers", attention_flops(&two), 64, 0);
    two.causal = true;  // three pairs
    suspect_scalar("pairs that the causal mask hides are counted", 64);
    grade_scalar("the same, causal", attention_flops(&two), 48, 0);

    const int T = grade_int(20, 40), options = CAUSAL | PADDED;
    struct problem p = random_problem(T, T + 3, 2, 3, 5, options);
    struct attention *a = use(&p, options);
    double pairs = 0, no_length = 0;
    for (int i = 0; i < a->B * T; i++) {
        pairs += count_seen(a, RIGHT, i / T, i % T);
        no_length += count_seen(a, NO_LENGTH, i / T, i % T);
    }
    suspect_scalar("pairs with padding are counted", 4.0 * a->D * a->H * no_length);
    suspect_scalar("every pair costs 4*D in each of the H heads, not of the G", 4.0 * a->D * a->G * pairs);
    suspect_factor("half: a pair has two products, and each of their terms a multiplication and an addition", 0.5);
    grade_scalar(described("attention_flops", a), attention_flops(a), 4.0 * a->D * a->H * pairs, 1e-9);

    struct attention large = attention_self(8, 30001, 96, 8, 128);  // more bytes than an int counts
    suspect_scalar("the product is made in int, which ends at 2147483647: make it in double",
                   (int32_t)(uint32_t)(4LL * 8 * 96 * 30001 * 30001));
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    suspect_scalar("each head of queries has probabilities of its own: H, not G", 4.0 * 8 * 8 * 30001 * 30001);
    grade_scalar("attention_bytes, B=8, T=30001, H=96", attention_bytes(&large), 4.0 * 8 * 96 * 30001 * 30001, 1e-9);
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    suspect_scalar("lse is one number for each query of each head", 4.0 * 8 * 96 * 30001 * 30001);
    grade_scalar("flash_bytes of the same", flash_bytes(&large), 4.0 * 8 * 96 * 30001, 1e-9);
    suspect_factor("keys and values: twice as much", 0.5);
    suspect_factor("floats are counted; each has 4 bytes", 0.25);
    grade_scalar("kv_cache_bytes, 80 layers, B=8, S=30001, G=8, D=128", kv_cache_bytes(80, 8, 30001, 8, 128),
                 2 * 4.0 * 80 * 8 * 30001 * 8 * 128, 1e-9);
}
