// Tests of budget.c.
#include "14-pretraining/definitions.h"

EXERCISE(compute_optimal, .number = "14.15", .points = 3) {
    // Chinchilla: 70 billion parameters, 1.4 trillion tokens. In units that a message can show.
    suspect_scalar("the forward pass only: the backward pass costs twice as much again", 0.196);
    grade_scalar("training_flops(70e9, 1.4e12) / 1e24", training_flops(70e9, 1.4e12) / 1e24, 0.588, 1e-9);
    // LLaMA-65B: 380 tokens a second on an A100 of 312e12.
    grade_scalar("flops_utilisation of LLaMA-65B", flops_utilisation(380, training_flops(65e9, 1), 312e12), 0.475,
                 1e-9);
    const struct budget b = compute_optimal(5.76e23);
    suspect_scalar("flops / 120: the square root is missing", 5.76e23 / 120 / 1e9);
    suspect_scalar("flops = N * D, where it is 6 * N * D", sqrt(5.76e23 / 20) / 1e9);
    suspect_scalar("parameters and tokens are swapped", 20 * sqrt(5.76e23 / 120) / 1e9);
    grade_scalar("parameters that 5.76e23 operations are best spent on, in billions", b.parameters / 1e9,
                 sqrt(5.76e23 / 120) / 1e9, 1e-6);
    grade_scalar("their tokens, in billions", b.tokens / 1e9, 20 * sqrt(5.76e23 / 120) / 1e9, 1e-6);
}
