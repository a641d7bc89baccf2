// Which weights may move: all of a model, or its last layers only.
#include <string.h>

#include "16-sft/sft.h"

static bool is_table(const struct gpt_tensor *t) {
    return strcmp(t->name, "token_table") == 0 || strcmp(t->name, "position_table") == 0;
}

// Does this tensor learn? table: it is the token table or the position table.
static bool learns(const struct gpt_config *c, const struct gpt_tensor *t, bool table, int layers) {
    // BEGIN SOLUTION 16.5 freeze_below: three kinds: a block's tensor, a table, and what comes after the last block
    if (t->layer >= 0) return t->layer >= c->L - layers;
    return !table || layers == c->L;
    // END SOLUTION
}

size_t freeze_below(bool *moves, const struct gpt_config *c, const struct gpt_tensor *tensor, int tensors, int layers) {
    size_t numbers = 0;
    for (int i = 0; i < tensors; i++) {
        moves[i] = learns(c, &tensor[i], is_table(&tensor[i]), layers);
        // BEGIN SOLUTION 16.5 freeze_below: how many numbers that are
        if (moves[i]) numbers += tensor[i].size;
        // END SOLUTION
    }
    return numbers;
}
