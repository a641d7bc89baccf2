// of 18-reward
// Reward models as folders: one by transformers loads and gives its scores, ours come back as they were, and what is no
// reward model of the village is refused.
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/safetensors.h"
#include "18-reward/reward_model.h"
#include "datasets/micro_world.h"
#include "unit/trial.h"

static void shell(const char *format) {
    char command[512];
    snprintf(command, sizeof command, format, folder, folder, folder);
    cr_assert(system(command) == 0, "%s", command);
}

// The village's words, as the corpus has them.
static struct codec village_codec(void) {
    struct codec c = {.kind = CODEC_WORDS, .words = {.unknown = -1}, .special = {MW_BOS, MW_EOS, MW_PAD}};
    for (int id = 0; id < MW_WORDS; id++) word_tokenizer_add(&c.words, micro_world_word(id), id <= MW_A);
    return c;
}

// A folder with transformers' model and our words.
static void copy_golden(void) {
    struct codec codec = village_codec();
    shell("cp tests/golden/tiny-reward/config.json tests/golden/tiny-reward/model.safetensors '%s'");
    codec_save_json(&codec, folder, "tokenizer.json");
    codec_free(&codec);
}

static void open_it(void *command) {
    struct reward_model m;
    struct codec codec = {0};
    reward_open(&m, &codec, folder, command);
}

// reward_open ends the program with status 1 and says `words`, and what to run.
static void refused(const char *words) {
    const char *said = complaint(open_it, "make demo-18");
    cr_assert(strstr(said, words) && strstr(said, "make demo-18"), "said \"%s\", not \"%s\"", said, words);
}

static void read_expected(int *inputs, float *scores, int B, int T) {
    struct safetensors s;
    char error[512];
    cr_assert(safetensors_open(&s, "tests/golden/tiny-reward/expected.safetensors", error, sizeof error), "%s", error);
    const struct safetensors_tensor *i = safetensors_find(&s, "inputs"), *e = safetensors_find(&s, "scores");
    cr_assert(i && e && i->count == (size_t)B * T && e->count == (size_t)B);
    cr_assert(safetensors_read_raw(inputs, &s, i, error, sizeof error));
    cr_assert(safetensors_read_floats(scores, &s, e, error, sizeof error));
    safetensors_close(&s);
}

Test(reward_files, transformers_model_gives_its_scores, .init = make_folder, .fini = remove_folder) {
    enum { B = 5, T = 13 };
    int inputs[B * T], last[B] = {0};
    float expected[B], score[B];
    struct reward_model m;
    struct codec codec = {0};
    read_expected(inputs, expected, B, T);
    copy_golden();
    reward_open(&m, &codec, folder, "make demo-18");
    for (int i = 0; i < B * T; i++)
        if (inputs[i] != MW_PAD) last[i / T] = i % T;
    reward_score(score, &m, inputs, last, B, T);
    for (int b = 0; b < B; b++)
        cr_assert(fabsf(score[b] - expected[b]) < 1e-4f, "text %d: %g, transformers says %g", b, (double)score[b],
                  (double)expected[b]);
    reward_free(&m);
    codec_free(&codec);
}

static void same_after_a_round_trip(struct gpt_config c) {
    struct reward_model m, back;
    struct codec codec = village_codec(), words = {0};
    struct gpt gpt;
    struct rng r;
    rng_seed(&r, 4, 0);
    gpt_init(&gpt, &c, 0.3f, &r);
    reward_init(&m, &c, gpt.params, &r);
    m.bias = 1.0f / 3;
    reward_save(folder, &m, &codec);
    reward_open(&back, &words, folder, "make demo-18");
    const size_t n = back.gpt.parameters;
    cr_assert(n == m.gpt.parameters - (c.tied ? 0 : (size_t)c.V * c.C));
    cr_assert(memcmp(back.gpt.params, m.gpt.params, n * sizeof(float)) == 0, "the weights are others");
    cr_assert(memcmp(back.head, m.head, (size_t)c.C * sizeof(float)) == 0, "the head is another");
    cr_assert(back.bias == m.bias, "the bias was %.9g and is %.9g", (double)m.bias, (double)back.bias);
    reward_free(&m);
    reward_free(&back);
    gpt_free(&gpt);
    codec_free(&codec);
    codec_free(&words);
}

Test(reward_files, what_was_saved_comes_back, .init = make_folder, .fini = remove_folder) {
    struct gpt_config c = llama_config(MW_V, 48, 16, 2, 4, 2);
    same_after_a_round_trip(c);
    c.tied = false;
    same_after_a_round_trip(c);
    same_after_a_round_trip(gpt2_config(MW_V, 48, 16, 2, 4));
}

Test(reward_files, a_folder_without_a_model, .init = make_folder, .fini = remove_folder) {
    refused("there is no model in");
}

Test(reward_files, half_a_model, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("rm '%s/model.safetensors'");
    refused("it has no model.safetensors");
}

Test(reward_files, a_model_that_answers, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i s/LlamaForSequenceClassification/LlamaForCausalLM/ '%s/config.json'");
    refused("expected the architecture LlamaForSequenceClassification, found LlamaForCausalLM");
}

Test(reward_files, two_labels, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i 's/\"0\": \"reward\"/\"0\": \"bad\", \"1\": \"good\"/' '%s/config.json'");
    refused("expected one label in id2label, the reward, found 2");
}

Test(reward_files, a_bias_that_is_no_number, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i 's/\"id2label\"/\"reward_bias\": \"much\", &/' '%s/config.json'");
    refused("reward_bias: expected a number");
}

Test(reward_files, another_size, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i 's/\"intermediate_size\": 12/\"intermediate_size\": 16/' '%s/config.json'");
    refused("its shape is not what config.json says");
}

Test(reward_files, weights_without_a_score, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i s/score.weight/other.weight/ '%s/model.safetensors'");
    refused("expected a tensor \"score.weight\", found none");
}

Test(reward_files, more_weights_than_the_model_has, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i 's/\"num_hidden_layers\": 2/\"num_hidden_layers\": 1/' '%s/config.json'");
    refused("tensors, as config.json says, found");
}

Test(reward_files, weights_cut_short, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("truncate -s 5000 '%s/model.safetensors'");
    refused("Make the model anew");
}

Test(reward_files, other_words, .init = make_folder, .fini = remove_folder) {
    copy_golden();
    shell("sed -i 's/\"camp\"/\"tent\"/' '%s/tokenizer.json'");
    refused("is not one of the micro-world");
}
