// The stage: preference pairs in, a model of what people prefer out.
#include "18-reward/reward_model.h"

struct reward_training reward_training_defaults(void) {
    return (struct reward_training){.steps = 2400,
                                    .batch = 32,
                                    .pairs = 76800,
                                    .lr = 1.5e-3f,
                                    .center = 0.01f,
                                    .seed = 1,
                                    .label = "reward",
                                    .checkpoint_every = 400};
}

struct reward_exam reward_examine(struct reward_model *m, bool held, bool only_near, int pairs, uint64_t seed) {
    (void)m, (void)held, (void)only_near, (void)pairs, (void)seed;
    die("reward_examine is not written yet");
}

struct reward_exam reward_train(struct reward_model *m, const struct reward_training *how) {
    (void)m, (void)how;
    die("reward_train is not written yet");
}

void reward_normalize(struct reward_model *m, const struct gpt_config *c, const float *params, int count,
                      uint64_t seed) {
    (void)m, (void)c, (void)params, (void)count, (void)seed;
    die("reward_normalize is not written yet");
}
