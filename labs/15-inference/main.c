// Chapter 15's program: a trained model at work. Every part of the text, or one of them with --only.
#include <string.h>

#include "14-pretraining/corpus.h"
#include "15-inference/show.h"
#include "15-inference/tiny_model.h"
#include "datasets/micro_world.h"

static const char *const parts[] = {"all",   "memory", "cache",   "choice",      "constrain", "bits",     "qat",
                                    "layer", "prune",  "distill", "speculative", "pages",     "few-shot", "talk"};

static void check_part(const char *only) {
    for (int i = 0; i < COUNT(parts); i++)
        if (strcmp(only, parts[i]) == 0) return;
    fprintf(stderr, "the parts are:");
    for (int i = 0; i < COUNT(parts); i++) fprintf(stderr, " %s", parts[i]);
    fprintf(stderr, "\n");
    die_usage("--only %s: there is no such part", only);
}

static bool wanted(const char *only, const char *name) {
    return strcmp(only, "all") == 0 || strcmp(only, name) == 0;
}

int main(int argc, char **argv) {
    const char *out = "build/demo/15-inference", *only = "all", *model = "";
    int seed = 1;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the CSV files"),
        flag_string("model", &model, "a model: a Hugging Face folder, a GGUF or a llama2.c file (chapter 14's)"),
        flag_string("only", &only,
                    "one part: memory, cache, choice, constrain, bits, qat, layer, prune, distill, "
                    "speculative, pages, few-shot or talk"),
        flag_int("seed", &seed, 0, 1 << 30, "for everything that is drawn"),
        flag_switch("quick", &quick, "a tiny model and a little of everything: only to see that it runs"),
    };
    flags_parse(argc, argv, "Runs the model that chapter 14 trained: talks, measures, shrinks it.", NULL, flags,
                COUNT(flags));
    check_part(only);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);

    struct corpus corpus;
    struct model_file file = {0};
    struct gpt tiny = {0}, student = {0};
    corpus_micro_world(&corpus, quick ? 20000 : 200000, 64, false, (uint64_t)seed);
    struct show s = {.out = out, .quick = quick, .seed = (uint64_t)seed, .train = &corpus.train, .test = &corpus.test};
    struct codec codec = {0};
    if (quick && !*model) {
        tiny_model(&tiny, &codec, &corpus, s.seed);
        s.config = &tiny.config, s.params = tiny.params, s.codec = &codec;
    } else {
        model = model_find(model);
        model_load(&file, model, NULL);
        printf("model   %s\n", model);
        s.config = &file.config, s.params = file.params, s.codec = &file.codec;
    }
    if (wanted(only, "memory")) show_memory(&s);
    if (wanted(only, "cache")) show_cache(&s);
    if (wanted(only, "choice")) show_choice(&s);
    if (wanted(only, "constrain")) show_constrain(&s);
    if (wanted(only, "bits")) show_bits(&s);
    if (wanted(only, "qat")) show_qat(&s);
    if (wanted(only, "layer")) show_layers(&s);
    if (wanted(only, "prune")) show_prune(&s);
    if (wanted(only, "distill") || wanted(only, "speculative")) show_distill(&s, &student);
    if (wanted(only, "speculative")) show_speculative(&s, &student);
    if (wanted(only, "pages")) show_pages(&s);
    if (wanted(only, "few-shot")) show_few_shot(&s);
    if (wanted(only, "talk")) show_talk(&s);
    gpt_free(&tiny);
    gpt_free(&student);
    model_free(&file);
    corpus_free(&corpus);
    return 0;
}
