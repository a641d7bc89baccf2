// How the models of the text are taught.
#include "20-dpo/alignment.h"

const char *const method_name[METHODS] = {"dpo", "ipo", "grpo"};

struct alignment alignment_defaults(enum method method) {
    struct alignment how = {
        .method = method,
        .steps = 150,
        .batch = 32,
        .pairs = 8000,
        .lr = 2e-4f,
        .beta = 0.2f,
        .groups = 16,
        .answers = 8,
        .passes = 2,
        .minibatch = 64,
        .clip = 0.2f,
        .divide = true,
        .rules = {.gamma = 1, .lambda = 1, .missing = -2, .limit = 5},
        .seed = 1,
        .label = method_name[method],
        .checkpoint_every = 20,
        .questions = 2000,
    };
    if (method == METHOD_IPO) how.lr = 3e-4f;
    if (method == METHOD_GRPO) how.steps = 60, how.lr = 3e-4f, how.beta = 0.1f, how.checkpoint_every = 5;
    return how;
}

struct alignment alignment_quick(enum method method) {
    struct alignment how = alignment_defaults(method);
    how.steps = 6;
    how.batch = 4;
    how.pairs = 64;
    how.groups = 4;
    how.answers = 4;
    how.minibatch = 8;
    how.checkpoint_every = 1;
    how.questions = 32;
    return how;
}
