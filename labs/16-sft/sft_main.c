// sft: chapter 14's model learns to answer. A folder in, a folder out; a run that is stopped goes on with --resume.
#include <string.h>

#include "15-inference/model_file.h"
#include "15-inference/tiny_model.h"
#include "16-sft/tuning.h"

int main(int argc, char **argv) {
    bool quick = false;
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    const struct gpt_config all = {0};  // layers 0: all
    struct tuning how = quick ? tuning_quick(&all) : tuning_defaults(&all);
    const char *model = "";
    int seed = 1;
    how.out = "build/sft";
    struct flag flags[] = {
        flag_string("out", &how.out, "folder for the curves, the checkpoint and the model"),
        flag_string("model", &model, "the model to begin with: a Hugging Face folder (chapter 14's)"),
        flag_int("steps", &how.steps, 1, 10000000, "steps"),
        flag_int("batch", &how.batch, 1, 4096, "demonstrations of a step"),
        flag_float("lr", &how.lr, 0, 100, "highest learning rate"),
        flag_float("mix", &how.mix, 0, 100, "how much the loss on old text counts; 0: none is read"),
        flag_int("old-rows", &how.old_rows, 0, 4096, "rows of old text of a step"),
        flag_int("layers", &how.layers, 0, GPT_MAX_LAYERS, "the last ones that learn; 0: all, and the tables"),
        flag_int("demonstrations", &how.demonstrations, 1, 10000000, "different ones"),
        flag_switch("as-they-come", &how.as_they_come, "questions in their natural shares: watch what is not known"),
        flag_int("checkpoint-every", &how.checkpoint_every, 1, 10000000, "steps between checkpoints"),
        flag_int("seed", &seed, 0, 1 << 30, "of demonstrations, order and questions"),
        flag_switch("resume", &how.resume, "go on from the checkpoint in --out, if there is one"),
        flag_switch("quick", &quick, "a tiny model, a few steps"),
    };
    flags_parse(argc, argv, "Teaches a model of the micro-world to answer.", NULL, flags, COUNT(flags));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus;
    struct gpt m;
    struct codec codec = {0};
    char folder[4096];
    how.seed = (uint64_t)seed;
    corpus_micro_world(&corpus, quick ? 20000 : OLD_TOKENS, 64, false, how.seed);
    if (quick && !*model) tiny_model(&m, &codec, &corpus, how.seed);
    else stage_open(&m, &codec, model_find(model), "make demo-14");
    if (how.layers == 0 || how.layers > m.config.L) how.layers = m.config.L;
    stage_check_out(how.out);
    stage_watch();
    const struct tuning_result result = tuning_run(&m, &how, &corpus);
    report_tuning(&how, &result);
    snprintf(folder, sizeof folder, "%s/model", how.out);
    stage_save(folder, &m, &codec);
    printf("model   saved in %s, as transformers reads it\n", folder);
    gpt_free(&m);
    if (!quick || *model) codec_free(&codec);
    corpus_free(&corpus);
    return 0;
}
