// of 16-sft
// Stages that read a folder, stop, go on, and write a folder.
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/tiny_model.h"
#include "16-sft/tuning.h"
#include "16-sft/village.h"
#include "datasets/micro_world.h"
#include "unit/trial.h"

static void random_model(struct gpt *m) {
    struct rng r;
    struct gpt_config c = llama_config(MW_V, 64, 32, 2, 4, 2);
    rng_seed(&r, 7, 1);
    gpt_init(m, &c, 0.1f, &r);
}

static void village_codec(struct codec *codec) {
    *codec = (struct codec){.kind = CODEC_WORDS, .special = {.begin = MW_BOS, .end = MW_EOS, .padding = MW_PAD}};
    codec->words.unknown = -1;
    for (int id = 0; id < MW_WORDS; id++) word_tokenizer_add(&codec->words, micro_world_word(id), id <= MW_A);
}

// ---- folders --------------------------------------------------------------------------------------------------------
static void open_folder(void *dir) {
    struct gpt m;
    struct codec codec = {0};
    stage_open(&m, &codec, dir, "make demo-14");
}

static void save_model(int V, int T) {
    struct gpt_config c = llama_config(V, T, 16, 1, 2, 2);
    struct rng r;
    struct gpt m;
    struct codec codec;
    rng_seed(&r, 1, 1);
    gpt_init(&m, &c, 0.1f, &r);
    village_codec(&codec);
    stage_save(folder, &m, &codec);
    gpt_free(&m);
    codec_free(&codec);
}

static void remove_file(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert(unlink(path) == 0);
}

static void write_file(const char *name, const char *text) {
    struct out_file out;
    out_open(&out, folder, name);
    fputs(text, out.f);
    out_close(&out);
}

Test(stage, a_model_comes_back_as_it_was, .init = make_folder, .fini = remove_folder) {
    struct gpt m, back;
    struct codec codec, read = {0};
    struct chat_tokens who;
    random_model(&m);
    village_codec(&codec);
    stage_save(folder, &m, &codec);
    stage_open(&back, &read, folder, "make demo-14");
    cr_assert(back.parameters == m.parameters);
    cr_assert(memcmp(back.params, m.params, m.parameters * sizeof(float)) == 0);
    cr_assert(read.special.begin == MW_BOS && read.special.end == MW_EOS && read.special.padding == MW_PAD);
    cr_assert(chat_template_read(&who, folder, &read));
    cr_assert(who.begin == MW_BOS && who.user == MW_Q && who.assistant == MW_A && who.end == MW_EOS);
    gpt_free(&m);
    gpt_free(&back);
    codec_free(&codec);
    codec_free(&read);
}

Test(stage, a_missing_folder_says_what_to_run) {
    SAYS(open_folder, "/tmp/there-is-no-such-folder",
         "there is no model in /tmp/there-is-no-such-folder yet. First run: make demo-14");
}

Test(stage, half_a_model_says_what_is_missing, .init = make_folder, .fini = remove_folder) {
    static const char *const names[] = {"config.json", "model.safetensors", "tokenizer.json"};
    for (int i = 0; i < COUNT(names); i++) {
        char words[64];
        save_model(MW_V, 64);
        remove_file(names[i]);
        snprintf(words, sizeof words, "it has no %s. Make it anew: make demo-14", names[i]);
        SAYS(open_folder, folder, words);
    }
}

Test(stage, damaged_weights_are_refused, .init = make_folder, .fini = remove_folder) {
    char path[128];
    save_model(MW_V, 64);
    snprintf(path, sizeof path, "%s/model.safetensors", folder);
    cr_assert(truncate(path, 1000) == 0);
    SAYS(open_folder, folder, "Make the model anew: make demo-14");
    SAYS(open_folder, folder, "model.safetensors");
}

Test(stage, a_model_of_something_else_is_refused, .init = make_folder, .fini = remove_folder) {
    struct codec codec;
    save_model(MW_V, 64);
    village_codec(&codec);
    struct codec other = {.kind = CODEC_WORDS};
    other.words.unknown = -1;
    for (int id = 0; id < MW_WORDS; id++)
        word_tokenizer_add(&other.words, id == 40 ? "dragon" : micro_world_word(id), id <= MW_A);
    codec_save_json(&other, folder, "tokenizer.json");
    SAYS(open_folder, folder, "its token 40 is \"dragon\"");
    struct codec few = {.kind = CODEC_WORDS};
    few.words.unknown = -1;
    for (int id = 0; id < 50; id++) word_tokenizer_add(&few.words, micro_world_word(id), id <= MW_A);
    codec_save_json(&few, folder, "tokenizer.json");
    SAYS(open_folder, folder, "its token 50 is \"nothing\"");
    write_file("tokenizer.json", "{\"model\": 3}");
    SAYS(open_folder, folder, "Make the model anew: make demo-14");
    codec_free(&codec);
    codec_free(&other);
    codec_free(&few);
}

Test(stage, a_model_that_is_too_small_is_refused, .init = make_folder, .fini = remove_folder) {
    save_model(MW_V, 24);
    SAYS(open_folder, folder, "sees 24 tokens at once; a question with its answer may have 40");
    save_model(100, 64);
    SAYS(open_folder, folder, "knows 100 tokens, its tokenizer 138");
}

// ---- checkpoints ----------------------------------------------------------------------------------------------------
struct tiny {
    float w[5], g[5], bias[2], dbias[2];
    struct tuner tuner;
    struct rng rng;
    struct stage_log log;
};

static void tiny_init(struct tiny *t) {
    *t = (struct tiny){.w = {1, 2, 3, 4, 5}, .log.width = 2};
    tuner_init(&t->tuner, 0.1f, 50);
    tuner_add(&t->tuner, t->w, t->g, 5, true, 1);
    tuner_add(&t->tuner, t->bias, t->dbias, 2, false, 10);
    rng_seed(&t->rng, 9, 9);
}

static void tiny_free(struct tiny *t) {
    tuner_free(&t->tuner);
    free(t->log.row);
}

static void tiny_steps(struct tiny *t, int steps) {
    for (int i = 0; i < steps; i++) {
        for (int k = 0; k < 5; k++) t->g[k] = t->w[k] + rng_normal(&t->rng);
        for (int k = 0; k < 2; k++) t->dbias[k] = rng_normal(&t->rng);
        const float length = tuner_step(&t->tuner);
        stage_log_push(&t->log, (float[]){(float)t->tuner.step, length});
    }
}

static bool tiny_resume(struct tiny *t, const char *settings) {
    return stage_resume(&t->tuner, &t->rng, &t->log, settings, folder, "c.safetensors");
}

Test(checkpoint, a_stopped_stage_goes_on_bit_for_bit, .init = make_folder, .fini = remove_folder) {
    struct tiny whole, stopped, resumed;
    tiny_init(&whole);
    tiny_steps(&whole, 40);
    tiny_init(&stopped);
    tiny_steps(&stopped, 17);
    stage_checkpoint(folder, "c.safetensors", &stopped.tuner, &stopped.rng, &stopped.log, "steps 50\n");
    tiny_init(&resumed);
    cr_assert(tiny_resume(&resumed, "steps 50\n"));
    cr_assert(resumed.tuner.step == 17 && resumed.log.count == 17);
    tiny_steps(&resumed, 23);
    cr_assert(memcmp(whole.w, resumed.w, sizeof whole.w) == 0);
    cr_assert(memcmp(whole.bias, resumed.bias, sizeof whole.bias) == 0);
    cr_assert(resumed.log.count == 40 && memcmp(whole.log.row, resumed.log.row, 80 * sizeof(float)) == 0);
    cr_assert(whole.rng.state == resumed.rng.state);
    tiny_free(&whole);
    tiny_free(&stopped);
    tiny_free(&resumed);
}

Test(checkpoint, before_the_first_step, .init = make_folder, .fini = remove_folder) {
    struct tiny t, back;
    tiny_init(&t);
    stage_checkpoint(folder, "c.safetensors", &t.tuner, &t.rng, &t.log, "");
    tiny_init(&back);
    cr_assert(tiny_resume(&back, "") && back.tuner.step == 0 && back.log.count == 0);
    tiny_steps(&back, 1);
    cr_assert(back.log.count == 1);
    tiny_free(&t);
    tiny_free(&back);
}

Test(checkpoint, none_is_no_fault, .init = make_folder, .fini = remove_folder) {
    struct tiny t;
    tiny_init(&t);
    cr_assert(!tiny_resume(&t, ""));
    tiny_free(&t);
}

static void resume_as(void *settings) {
    struct tiny t;
    tiny_init(&t);
    tiny_resume(&t, settings);
}
static void resume_wider(void *settings) {
    struct tiny t;
    tiny_init(&t);
    tuner_add(&t.tuner, (float[3]){0}, (float[3]){0}, 3, false, 1);
    tiny_resume(&t, settings);
}
static void save_tiny(const char *settings) {
    struct tiny t;
    tiny_init(&t);
    tiny_steps(&t, 3);
    stage_checkpoint(folder, "c.safetensors", &t.tuner, &t.rng, &t.log, settings);
    tiny_free(&t);
}

Test(checkpoint, another_run_is_refused_with_what_differs, .init = make_folder, .fini = remove_folder) {
    save_tiny("batch 32\nlr 0.001\n");
    SAYS(resume_as, "batch 32\nlr 0.002\n", "it has \"lr 0.001\", and this run \"lr 0.002\"");
    SAYS(resume_as, "batch 32\n", "it has \"lr 0.001\", and this run \"\"");
    SAYS(resume_as, "batch 32\nlr 0.001\nmix 1\n", "it has \"\", and this run \"mix 1\"");
    SAYS(resume_as, "batch 32\nlr 0.002\n", "delete it or move it away to start anew");
    SAYS(resume_wider, "batch 32\nlr 0.001\n", "is damaged: expected weights.2 with 3 numbers of type F32");
}

Test(checkpoint, a_damaged_one_is_refused, .init = make_folder, .fini = remove_folder) {
    char path[128];
    save_tiny("x\n");
    snprintf(path, sizeof path, "%s/c.safetensors", folder);
    cr_assert(truncate(path, 300) == 0);
    SAYS(resume_as, "x\n", "c.safetensors");
    SAYS(resume_as, "x\n", "Delete the file or move it away to start anew");
    write_file("c.safetensors", "not at all");
    SAYS(resume_as, "x\n", "Delete the file or move it away to start anew");
}

Test(checkpoint, some_other_file_is_refused, .init = make_folder, .fini = remove_folder) {
    save_model(MW_V, 64);
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/model.safetensors", folder);
    snprintf(to, sizeof to, "%s/c.safetensors", folder);
    cr_assert(rename(from, to) == 0);
    SAYS(resume_as, "x\n", "is no checkpoint: it has no settings");
}

// ---- the stage as a whole -------------------------------------------------------------------------------------------
// Weights after `how`, which the caller frees.
static float *tune(const struct tuning *how, const struct corpus *old) {
    struct gpt m;
    tiny_model(&m, NULL, old, 1);
    tuning_run(&m, how, old);
    float *params = alloc_floats(m.parameters);
    memcpy(params, m.params, m.parameters * sizeof(float));
    gpt_free(&m);
    return params;
}

Test(tuning, frozen_weights_stay_and_threads_change_nothing) {
    struct corpus old;
    struct gpt m;
    corpus_micro_world(&old, 5000, 64, false, 1);
    tiny_model(&m, NULL, &old, 1);
    struct tuning how = tuning_quick(&m.config);
    how.steps = 4;
    how.label = "test";
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    float *one = tune(&how, &old);
    omp_set_num_threads(2);
    float *two = tune(&how, &old);
    omp_set_num_threads(threads);
    cr_assert(memcmp(one, two, m.parameters * sizeof(float)) == 0);
    how.layers = 1;
    float *last = tune(&how, &old);
    struct gpt_weights before, after;
    gpt_point(&before, &m.config, m.params);
    gpt_point(&after, &m.config, last);
    const size_t C = (size_t)m.config.C;
    cr_assert(memcmp(before.block[0].qkv, after.block[0].qkv, C * C * sizeof(float)) == 0);
    cr_assert(memcmp(before.token_table, after.token_table, MW_V * C * sizeof(float)) == 0);
    cr_assert(memcmp(before.block[1].qkv, after.block[1].qkv, C * C * sizeof(float)) != 0);
    free(one);
    free(two);
    free(last);
    gpt_free(&m);
    corpus_free(&old);
}
