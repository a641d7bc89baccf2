// dpo: chapter 16's model, taught what people prefer. Two folders in, a folder out; a run that is stopped goes on with
// --resume.
#include <string.h>

#include "20-dpo/alignment.h"

// The method must be known before its defaults are: --method NAME or --method=NAME.
static enum method find_method(int argc, char **argv) {
    const char *name = method_name[METHOD_DPO];
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--method=", 9) == 0) name = argv[i] + 9;
        else if (strcmp(argv[i], "--method") == 0 && i + 1 < argc) name = argv[i + 1];
    }
    for (int k = 0; k < METHODS; k++)
        if (strcmp(name, method_name[k]) == 0) return (enum method)k;
    die_usage("--method %s: there is no such method; there are dpo, ipo and grpo", name);
}

int main(int argc, char **argv) {
    bool quick = false, undivided = false;
    const enum method method = find_method(argc, argv);
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    struct alignment how = quick ? alignment_quick(method) : alignment_defaults(method);
    const char *model = "", *reward = "", *name = method_name[method];
    char folder[4096];
    int seed = 1;
    how.out = "build/dpo";
    struct flag flags[] = {
        flag_string("method", &name, "dpo, ipo or grpo; the other defaults are its own"),
        flag_string("out", &how.out, "folder for the curves, the checkpoint and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 16's)"),
        flag_string("reward", &reward, "the model that judges: a Hugging Face folder (chapter 18's)"),
        flag_int("steps", &how.steps, 1, 1000000, "steps; with grpo: rounds of answering and learning from it"),
        flag_int("batch", &how.batch, 1, 65536, "dpo, ipo: pairs of a step"),
        flag_int("pairs", &how.pairs, 1, 100000000, "dpo, ipo: pairs to learn from"),
        flag_switch("own", &how.own, "dpo, ipo: pairs of the model's own answers, in the judge's order"),
        flag_int("groups", &how.groups, 1, 65536, "grpo: questions of a round"),
        flag_int("answers", &how.answers, 2, 65536, "grpo: answers to each"),
        flag_int("passes", &how.passes, 1, 1000, "grpo: passes over the answers of a round"),
        flag_int("minibatch", &how.minibatch, 1, 65536, "grpo: answers of a step"),
        flag_float("lr", &how.lr, 0, 100, "highest learning rate"),
        flag_float("beta", &how.beta, 1e-6, 1000, "how strongly it is held to where it began"),
        flag_float("smooth", &how.smooth, 0, 0.5, "dpo: share of the labels that may be wrong"),
        flag_float("clip", &how.clip, 0, 100, "grpo: how far a step may go"),
        flag_switch("undivided", &undivided, "grpo: advantages are not divided by their group's deviation"),
        flag_int("checkpoint-every", &how.checkpoint_every, 1, 10000000, "steps between checkpoints"),
        flag_int("seed", &seed, 0, 1 << 30, "of pairs, questions and answers"),
        flag_switch("resume", &how.resume, "go on from the checkpoint in --out, if there is one"),
        flag_switch("quick", &quick, "a tiny model, a judge that judges at random, a few steps"),
    };
    flags_parse(argc, argv, "Teaches a model that answers what people prefer: from pairs, or from groups.", NULL, flags,
                COUNT(flags));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct teachers t;
    struct policy p;
    how.seed = (uint64_t)seed;
    how.divide = !undivided;
    if (quick && !*model && !*reward) teachers_quick(&t, how.seed);
    else teachers_open(&t, model, reward);
    stage_watch();
    snprintf(folder, sizeof folder, "%s/model", how.out);
    alignment_stage(&p, &t, &how, folder, NULL);
    policy_free(&p);
    teachers_free(&t);
    return 0;
}
