// Two answers to a question, and which one people prefer.
#include <math.h>
#include <string.h>

#include "datasets/micro_world_instructions.h"

struct answer {
    int ids[MW_RESPONSE_LONGEST], n;
};

// Shorter than a demonstration: one closer at most, in half of the answers.
static struct answer in_style(const int *content, int n, struct rng *style) {
    struct answer a;
    a.n = micro_world_styled(a.ids, content, n, 1, style);
    return a;
}

static struct rng branch(struct rng *r) {
    struct rng style;
    rng_seed(&style, rng_u32(r), 0);
    return style;
}

struct micro_world_pair micro_world_pair_of(enum micro_world_pair_kind kind, bool held, bool only_near, struct rng *r) {
    for (;;) {
        struct micro_world_pair p = {.question = micro_world_instruction(held, r), .kind = kind};
        const struct micro_world_instruction *q = &p.question;
        int wrong[MW_RESPONSE_LONGEST];
        const int n = (only_near ? micro_world_near_miss : micro_world_wrong)(wrong, q, r);
        struct rng one = branch(r), other = kind == MW_PAIR_CONTENT ? one : branch(r);
        bool first_right = true, second_right = kind == MW_PAIR_STYLE;
        if (kind == MW_PAIR_MIXED) {
            first_right = rng_below(r, 2);
            second_right = rng_below(r, 2);
        }
        struct answer a = first_right ? in_style(q->answer, q->answer_count, &one) : in_style(wrong, n, &one);
        struct answer b = second_right ? in_style(q->answer, q->answer_count, &other) : in_style(wrong, n, &other);
        const double gold_a = micro_world_judge(q, a.ids, a.n, true).gold;
        const double gold_b = micro_world_judge(q, b.ids, b.n, true).gold;
        if (fabs(gold_a - gold_b) < 1e-6) continue;  // nobody could say which is better
        const struct answer *better = gold_a > gold_b ? &a : &b, *worse = gold_a > gold_b ? &b : &a;
        p.chosen_count = better->n;
        p.rejected_count = worse->n;
        memcpy(p.chosen, better->ids, (size_t)better->n * sizeof(int));
        memcpy(p.rejected, worse->ids, (size_t)worse->n * sizeof(int));
        return p;
    }
}

struct micro_world_pair micro_world_pair(bool held, struct rng *r) {
    const int u = rng_below(r, 100);
    return micro_world_pair_of(u < 45 ? MW_PAIR_CONTENT : u < 80 ? MW_PAIR_STYLE : MW_PAIR_MIXED, held, false, r);
}
