// ppo: chapter 16's model, taught by chapter 18's. Two folders in, a folder out; a run that is stopped goes on with
// --resume.
#include <string.h>

#include "19-ppo/policy.h"

int main(int argc, char **argv) {
    bool quick = false;
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    struct ppo_training how = quick ? ppo_training_quick() : ppo_training_defaults();
    const char *model = "", *reward = "";
    float target = 0, horizon = (float)how.horizon;
    int seed = 1;
    how.out = "build/ppo";
    struct flag flags[] = {
        flag_string("out", &how.out, "folder for the curve, the checkpoint and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_string("reward", &reward, "the model that judges: a Hugging Face folder (chapter 18's)"),
        flag_int("iterations", &how.iterations, 1, 1000000, "rounds of answering and learning from it"),
        flag_int("rollouts", &how.rollouts, 1, 65536, "answers of a round"),
        flag_int("epochs", &how.epochs, 1, 1000, "passes over them"),
        flag_int("minibatch", &how.minibatch, 1, 65536, "answers of a step"),
        flag_float("lr", &how.lr, 0, 100, "highest learning rate"),
        flag_float("clip", &how.clip, 0, 100, "how far a step may go: ratios count up to 1 +- this"),
        flag_float("beta", &how.rules.beta, 0, 1000, "price of a nat away from the model it began as"),
        flag_float("target", &target, 0, 1000, "nats a text that the price is to lead to; 0: the price stays"),
        flag_float("horizon", &horizon, 1, 1e9, "answers in which the price may change by a fifth"),
        flag_int("checkpoint-every", &how.checkpoint_every, 1, 10000000, "rounds between checkpoints"),
        flag_int("seed", &seed, 0, 1 << 30, "of the questions, the answers and their order"),
        flag_switch("resume", &how.resume, "go on from the checkpoint in --out, if there is one"),
        flag_switch("quick", &quick, "a tiny model, a judge that judges at random, a few steps"),
    };
    flags_parse(argc, argv, "Teaches a model that answers to answer as its judge likes it (PPO).", NULL, flags,
                COUNT(flags));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct teachers t;
    struct policy p;
    how.seed = (uint64_t)seed;
    how.target = (double)target;
    how.horizon = (double)horizon;
    if (quick && !*model && !*reward) teachers_quick(&t, how.seed);
    else teachers_open(&t, model, reward);
    stage_watch();
    ppo_stage(&p, &t, &how);
    policy_free(&p);
    teachers_free(&t);
    return 0;
}
