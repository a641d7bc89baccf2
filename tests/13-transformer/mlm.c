// Tests of mlm.c.
#include "13-transformer/definitions.h"

enum { MLM_SPECIAL = 4, MLM_MASK = 2 };

struct mlm_case {
    int n, V, *tokens, *input, *targets, returned;
};

static struct mlm_case random_mlm(int n, int V, float share, struct rng *r) {
    struct mlm_case k = {.n = n, .V = V, .tokens = grade_ints(n, 0, V - 1), .input = grade_ints(n, V, V)};
    k.targets = grade_ints(n, V, V);
    k.returned = mlm_corrupt(k.input, k.targets, k.tokens, n, V, MLM_SPECIAL, MLM_MASK, share, r);
    return k;
}

// What must be so whatever was drawn, of position i.
static void check_mlm_position(const struct mlm_case *k, int i) {
    const int token = k->tokens[i], input = k->input[i], target = k->targets[i];
    grade_true(
        target == -1 || token >= MLM_SPECIAL,
        "token %d, at position %d, was chosen, and is no word\nlooks like: tokens below `special` are hidden, too",
        token, i);
    grade_true(target == -1 || target == token, "position %d: the target is %d, the token was %d%s", i, target, token,
               target == input ? "\nlooks like: the target is what is shown, not what was hidden" : "");
    grade_true(target != -1 || input == token, "position %d was not chosen, but %d is shown in place of %d", i, input,
               token);
    grade_true(input == MLM_MASK || input >= MLM_SPECIAL || input == token,
               "position %d shows %d, which is no word\nlooks like: a random word below `special`", i, input);
}

static void check_mlm_rules(const struct mlm_case *k) {
    int chosen = 0, masked = 0;
    for (int i = 0; i < k->n; i++) {
        const int token = k->tokens[i], input = k->input[i], target = k->targets[i];
        const bool shown = input == MLM_MASK || (input >= MLM_SPECIAL && input < k->V) || input == token;
        if (target == -1 ? input != token : target != token || token < MLM_SPECIAL || !shown) check_mlm_position(k, i);
        chosen += target != -1, masked += input != token;
    }
    suspect_scalar("how many are shown something else: the chosen ones that are shown as they are count, too", masked);
    grade_equal("how many were chosen, as returned", k->returned, chosen);
}

static void check_mlm_shares(const struct mlm_case *k, double share) {
    double words = 0, chosen = 0, masked = 0, kept = 0;
    for (int i = 0; i < k->n; i++) {
        words += k->tokens[i] >= MLM_SPECIAL;
        if (k->targets[i] < 0) continue;
        chosen++;
        masked += k->input[i] == MLM_MASK;
        kept += k->input[i] == k->tokens[i];
    }
    suspect_scalar("80% of `share`: the ones that are not masked are no targets", 0.8 * share);
    suspect_scalar("90% of `share`: the ones that are shown as they are must be targets, too", 0.9 * share);
    suspect_scalar("every word is a target", 1);
    suspect_scalar("the others are chosen", 1 - share);
    grade_scalar("the share of words that are chosen", chosen / words, share, 0.006);
    suspect_scalar("every chosen word is masked: one in ten is to be a random word, one in ten itself", 1);
    suspect_scalar("the mask is shown nine times in ten", 0.9);
    suspect_scalar("mask and random word are swapped", 0.1);
    grade_scalar("the share of the chosen that show the mask", masked / chosen, 0.8, 0.02);
    const double by_chance = 1.0 / (k->V - MLM_SPECIAL);
    suspect_scalar("none is shown as it is", 0.2 * by_chance);
    suspect_scalar("no random words: one chosen word in ten is to be one", 0.2);
    grade_scalar("the share of the chosen that show themselves", kept / chosen, 0.1 + 0.1 * by_chance, 0.02);
}

EXERCISE(mlm_corrupt, .number = "13.13", .points = 3, .seconds = 10) {
    const float share = 0.15f;
    struct mlm_case k = random_mlm(100000, grade_int(60, 90), share, grade_rng());
    check_mlm_rules(&k);
    check_mlm_shares(&k, share);

    struct rng r = *grade_rng(), mine;
    k.tokens = grade_ints(300, 0, k.V - 1), k.n = 300, mine = r = *grade_rng();
    k.returned = mlm_corrupt(k.input, k.targets, k.tokens, k.n, k.V, MLM_SPECIAL, MLM_MASK, 0.5f, &r);
    double *input = grade_doubles(k.n), *targets = grade_doubles(k.n);
    for (int i = 0; i < k.n; i++) {
        input[i] = k.tokens[i], targets[i] = -1;
        if (k.tokens[i] < MLM_SPECIAL || rng_uniform(&mine) >= 0.5f) continue;
        targets[i] = k.tokens[i];
        const float u = rng_uniform(&mine);
        if (u < 0.8f) input[i] = MLM_MASK;
        else if (u < 0.9f) input[i] = MLM_SPECIAL + rng_below(&mine, k.V - MLM_SPECIAL);
    }
    grade_array("targets, with the draws that the header names", as_floats(k.targets, k.n), targets, AXES("i", k.n), 0);
    grade_array("input, with the draws that the header names", as_floats(k.input, k.n), input, AXES("i", k.n), 0);
}
