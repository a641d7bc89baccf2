// Tests of freeze.c.
#include <stdio.h>

#include "16-sft/small.h"

enum habit {
    AS_ASKED,
    FIRST_LAYERS,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
    TABLES_LEARN,
    TABLES_NEVER,
    END_FROZEN,
    ONLY_BLOCKS,
    ONLY_MATRICES,
    BLOCK_0_LEARNS,
    HABITS
};
static const char *const habit_name[] = {
    "",
    "the first layers learn; the last ones are asked for",
    "a layer too few: the last `layers` are L - layers, .., L - 1",
    "a layer too many: the last `layers` are L - layers, .., L - 1",
    "the tables learn although blocks above them are frozen",
    "with layers = L the tables learn too",
    "what comes after the last block, the final norm and an untied head, is frozen",
    "what is in no block never learns; the final norm and the head always do, the tables with layers = L",
    "vectors are frozen; freezing is by layer, not by kind",
    "block 0 always learns: layer 0 is a block, and -1 is what is in none"};

// By the tensor's name.
static bool plain_moves(const struct gpt_config *c, const struct gpt_tensor *t, int layers, enum habit habit) {
    int layer = -1;
    const bool table = strstr(t->name, "_table") != NULL, all = layers == c->L;
    if (habit == ONLY_MATRICES && t->cols == 0) return false;
    if (sscanf(t->name, "block.%d.", &layer) != 1) {
        if (habit == ONLY_BLOCKS) return false;
        if (habit == END_FROZEN) return all;
        if (table) return habit == TABLES_LEARN || (all && habit != TABLES_NEVER);
        return true;
    }
    if (habit == BLOCK_0_LEARNS && layer == 0) return true;
    if (habit == FIRST_LAYERS) return layer < layers;
    return layer + layers + (habit == ONE_TOO_MANY) - (habit == ONE_TOO_FEW) >= c->L;
}

// moves as floats, for grade_array. It starts as all `before`: what is not written shows.
static float *ask(size_t *numbers, const struct gpt_config *c, const struct gpt_tensor *tensor, int tensors, int layers,
                  bool before) {
    bool *moves = alloc_zeroed((size_t)tensors, sizeof *moves);
    for (int i = 0; i < tensors; i++) moves[i] = before;
    *numbers = freeze_below(moves, c, tensor, tensors, layers);
    float *got = grade_output(tensors);
    for (int i = 0; i < tensors; i++) got[i] = moves[i];
    free(moves);
    return got;
}

static void check(const struct gpt_config *c, int layers) {
    int tensors;
    struct gpt_tensor *tensor = gpt_tensors(c, &tensors);
    double *want[HABITS], moving = 0, numbers = 0, all = 0, matrices = 0;
    char what[160];
    for (int h = HABITS - 1; h >= 0; h--) {
        want[h] = grade_doubles(tensors);
        for (int i = 0; i < tensors; i++) want[h][i] = plain_moves(c, &tensor[i], layers, (enum habit)h);
    }
    for (int i = 0; i < tensors; i++) {
        moving += want[0][i];
        numbers += want[0][i] * (double)tensor[i].size;
        if (tensor[i].cols > 0) matrices += want[0][i] * (double)tensor[i].size;
        all += (double)tensor[i].size;
    }
    snprintf(what, sizeof what, "which tensors move (1) with layers = %d of L = %d in a %s whose head is %s", layers,
             c->L, c->shape == GPT2 ? "GPT-2" : "Llama", c->tied ? "tied" : "its own");
    for (int before = 0; before < 2; before++) {
        size_t got_numbers;
        float *got = ask(&got_numbers, c, tensor, tensors, layers, before);
        for (int h = 1; h < HABITS; h++)
            if (memcmp(want[h], want[0], (size_t)tensors * sizeof(double)) != 0) suspect(habit_name[h], want[h]);
        grade_array(what, got, want[0], AXES("i", tensors), 1e-7);
        suspect_scalar("how many tensors; how many numbers is asked for", moving);
        suspect_scalar("rows * cols is 0 for a vector: `size` counts its numbers too", matrices);
        suspect_scalar("how many numbers stay", all - numbers);
        suspect_scalar("all numbers of the model", all);
        grade_equal("how many numbers move", (long)got_numbers, (long)numbers);
    }
    free(tensor);
}

EXERCISE(freeze_below, .number = "16.5", .points = 10) {
    // The text's example: V = 8, C = 4, three blocks. A block has 4 + 48 + 16 + 4 + 128 + 64 = 264 numbers, the final
    // norm 4, the table 32.
    struct gpt_config c = llama_config(8, 6, 4, 3, 2, 2);
    int tensors;
    struct gpt_tensor *tensor = gpt_tensors(&c, &tensors);
    size_t numbers[4];
    for (int layers = 0; layers < 4; layers++) ask(&numbers[layers], &c, tensor, tensors, layers, false);
    free(tensor);
    check(&c, 3);
    check(&c, 1);
    grade_equal("numbers that move in the text's example, no layer", (long)numbers[0], 4);
    grade_equal("numbers that move in the text's example, the last layer", (long)numbers[1], 4 + 264);
    grade_equal("numbers that move in the text's example, all", (long)numbers[3], 32 + 3 * 264 + 4);
    for (int kind = 0; kind < 4; kind++) {
        const int L = grade_int(3, 5);
        c = kind % 2 ? llama_config(9, 5, 8, L, 4, 2) : gpt2_config(9, 5, 8, L, 2);
        c.tied = kind < 2;
        for (int layers = 1; layers <= L; layers++) check(&c, layers);
        check(&c, 0);
    }
}
