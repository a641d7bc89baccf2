// reward: a model of what people prefer, from chapter 16's. A folder in, a folder out; a run that is stopped goes on
// with --resume.
#include <string.h>

#include "15-inference/tiny_model.h"
#include "18-reward/reward_model.h"

int main(int argc, char **argv) {
    bool quick = false;
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    struct reward_training how = quick ? reward_training_quick() : reward_training_defaults();
    const char *model = "";
    int seed = 1;
    how.out = "build/reward";
    struct flag flags[] = {
        flag_string("out", &how.out, "folder for the curves, the checkpoint and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_int("steps", &how.steps, 1, 10000000, "steps"),
        flag_int("batch", &how.batch, 1, 4096, "pairs of a step"),
        flag_int("pairs", &how.pairs, 1, 10000000, "different ones"),
        flag_float("lr", &how.lr, 0, 100, "highest learning rate"),
        flag_float("weight-decay", &how.weight_decay, 0, 10, "of the matrices"),
        flag_float("center", &how.center, 0, 100, "how strongly the scores of a pair are held near 0"),
        flag_switch("only-near", &how.only_near, "wrong answers are near misses alone: see what it does not learn"),
        flag_int("checkpoint-every", &how.checkpoint_every, 1, 10000000, "steps between checkpoints"),
        flag_int("seed", &seed, 0, 1 << 30, "of the head, the pairs and their order"),
        flag_switch("resume", &how.resume, "go on from the checkpoint in --out, if there is one"),
        flag_switch("quick", &quick, "a tiny model, a few steps"),
    };
    flags_parse(argc, argv, "Trains a model that judges answers as people in the micro-world do.", NULL, flags,
                COUNT(flags));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus = {0};
    struct gpt tuned;
    struct codec codec = {0};
    struct reward_model m;
    const bool tiny = quick && !*model;
    how.seed = (uint64_t)seed;
    if (tiny) {
        corpus_micro_world(&corpus, 20000, 64, false, how.seed);
        tiny_model(&tuned, &codec, &corpus, how.seed);
    } else {
        stage_open(&tuned, &codec, reward_find(model), "make demo-16");
    }
    stage_check_out(how.out);
    stage_watch();
    reward_stage(&m, &tuned.config, tuned.params, &codec, &how);
    reward_free(&m);
    gpt_free(&tuned);
    if (tiny) corpus_free(&corpus);
    else codec_free(&codec);
    return 0;
}
