// How few numbers may learn? Every method of the chapter on the same lessons.
#include <stdlib.h>

#include "16-sft/sft.h"
#include "17-lora/show.h"
#include "datasets/micro_world.h"

enum { ATTENTION = 1 << SITE_Q | 1 << SITE_K | 1 << SITE_V | 1 << SITE_O };

// Beside the small things two others learn: the norms, and the rows of two tokens, <q> and <a>, that chapter 14 never
// saw: frozen, they stay random. Together they are a third of a percent; one LoRA goes without.
#define BESIDE .norms = true, .row = MW_Q, .rows = 2
static const struct method {
    const char *name, *key;
    float lr;
    struct peft_plan plan;
} methods[] = {
    {"LoRA of rank 1", "lora", 1e-2f, {.rank = 1, .alpha = 2, .sites = ALL_SITES, BESIDE}},
    {"LoRA of rank 2", "lora", 1e-2f, {.rank = 2, .alpha = 4, .sites = ALL_SITES, BESIDE}},
    {"LoRA of rank 4", "lora", 1e-2f, {.rank = 4, .alpha = 8, .sites = ALL_SITES, BESIDE}},
    {"rank 2 without norms and rows", "lora_alone", 1e-2f, {.rank = 2, .alpha = 4, .sites = ALL_SITES}},
    {"rank 2 at lr 0.001", "lora_slow", 1e-3f, {.rank = 2, .alpha = 4, .sites = ALL_SITES, BESIDE}},
    {"rank 4 on attention alone", "lora_attention", 1e-2f, {.rank = 4, .alpha = 8, .sites = ATTENTION, BESIDE}},
    {"QLoRA of rank 2 on NF4", "qlora", 1e-2f, {.rank = 2, .alpha = 4, .sites = ALL_SITES, .nf4 = true, BESIDE}},
    {"adapters 16 wide", "adapter", 1e-2f, {.adapter = 16, BESIDE}},
    {"prefix of 16", "prefix", 3e-2f, {.prefix = 16, BESIDE}},
    {"prompt of 16", "prompt", 3e-2f, {.prompt = 16, BESIDE}},
    {"P-tuning of 16", "ptuning", 1e-2f, {.prompt = 16, .ptuning = true, BESIDE}},
    {"norms and rows alone", "norms", 1e-2f, {BESIDE}},
};
enum { METHODS = COUNT(methods), LORA_2 = 1, QLORA = 6, ADAPTERS = 7, PREFIX = 8, PROMPT = 9 };

static void print_row(const char *name, double share, const struct exam *e, double old_loss) {
    printf("  %-36s %8.2f%% %7.1f%% %7.1f%% %6.1f%% %6.1f%% %9.3f\n", name, 100 * share, 100 * e->right,
           100 * e->honest, 100 * e->by_task[MW_TASK_FACT], 100 * e->by_task[MW_TASK_REVERSE], old_loss);
}

static void write_row(struct csv_log *log, const char *key, const char *name, double share, const struct exam *e,
                      double old_loss, double bytes) {
    csv_row(log, "%s,%s,%.4f,%.5f,%.5f,%.5f,%.0f", key, name, 100 * share, 100 * e->right, 100 * e->honest, old_loss,
            bytes);
}

// ---- what a step costs ----------------------------------------------------------------------------------------------
enum { FULL = METHODS, TIMED = METHODS + 1 };

// Seconds of one step: the shortest of several, all methods in turn, so that none has the machine to itself.
static void time_steps(double *seconds, const struct lora_show *s, int rounds) {
    struct peft_model *model = alloc_zeroed(METHODS, sizeof *model);
    struct tuner tuner[TIMED];
    struct gpt whole;
    struct documents lessons = {0};
    struct rng r;
    const int B = s->how->batch;
    int *which = alloc_zeroed((size_t)B, sizeof *which);
    int *inputs = alloc_zeroed((size_t)B * VILLAGE_T, sizeof *inputs);
    int *targets = alloc_zeroed((size_t)B * VILLAGE_T, sizeof *targets);
    lessons_demonstrations(&lessons, B, s->seed);
    for (int b = 0; b < B; b++) which[b] = b;
    const int T = lessons_batch(inputs, targets, &lessons, which, B);
    const struct part part = {inputs, targets, B, T, 1};
    stage_copy(&whole, s->config, s->pretrained);
    gpt_reserve(&whole, B, VILLAGE_T, true);
    for (int k = 0; k < TIMED; k++) tuner_init(&tuner[k], 1e-3f, 1000);
    tuner_add_model(&tuner[FULL], &whole, s->config->L);
    rng_seed(&r, s->seed, 26);
    for (int k = 0; k < METHODS; k++) {
        peft_init(&model[k], s->config, s->pretrained, &methods[k].plan, s->seed);
        peft_reserve(&model[k], B, VILLAGE_T, true);
        peft_tune(&model[k], &tuner[k]);
    }
    for (int k = 0; k < TIMED; k++) seconds[k] = 1e9;
    for (int round = 0; round < rounds; round++)
        for (int k = 0; k < TIMED; k++) {
            const double start = clock_seconds();
            float loss;
            if (k < METHODS) peft_zero_grads(&model[k]);
            if (k < METHODS) peft_backward(&model[k], 1, inputs, targets, &r, B, T);
            else mixed_gradient(&whole, &loss, &part, 1);
            tuner_step(&tuner[k]);
            const double took = clock_seconds() - start;
            if (took < seconds[k]) seconds[k] = took;
        }
    for (int k = 0; k < TIMED; k++) tuner_free(&tuner[k]);
    for (int k = 0; k < METHODS; k++) peft_free(&model[k]);
    gpt_free(&whole);
    documents_free(&lessons);
    free(model);
    free(which);
    free(inputs);
    free(targets);
}

// Weights as they are kept, and 16 bytes for each number that learns: itself, its gradient, AdamW's two moments. (Full
// fine-tuning's weights are those that learn.)
static double training_bytes(const struct peft_result *r, double parameters) {
    return r->base_bytes + 16 * r->share * parameters;
}

static void show_costs(const struct lora_show *s, const struct peft_result *result) {
    const int shown[] = {FULL, LORA_2, QLORA, ADAPTERS, PREFIX, PROMPT};
    const double parameters = (double)gpt_parameters(s->config);
    double seconds[TIMED];
    struct csv_log log;
    time_steps(seconds, s, s->quick ? 1 : 15);
    csv_open(&log, s->out, "methods_time.csv", "method,milliseconds,bytes");
    printf("\nWhat a step of %d texts costs, and what must be in memory: weights, gradients, moments\n", s->how->batch);
    printf("  %-36s %12s %12s %12s\n", "", "ms a step", "base, bytes", "all, bytes");
    for (int i = 0; i < COUNT(shown); i++) {
        const int k = shown[i];
        const double base = k == FULL ? 4 * parameters : result[k].base_bytes;
        const double all = k == FULL ? 16 * parameters : training_bytes(&result[k], parameters);
        printf("  %-36s %12.1f %12.0f %12.0f\n", k == FULL ? "all weights" : methods[k].name, 1e3 * seconds[k], base,
               all);
        csv_row(&log, "%s,%.3f,%.0f", k == FULL ? "all weights" : methods[k].name, 1e3 * seconds[k], all);
    }
    csv_close(&log);
}

// ---- the table ------------------------------------------------------------------------------------------------------
void show_methods(const struct lora_show *s) {
    struct peft_model *model = alloc_zeroed(METHODS, sizeof *model);
    struct peft_run *run = alloc_zeroed(METHODS, sizeof *run);
    struct peft_result result[METHODS];
    for (int k = 0; k < METHODS; k++) {
        const struct tuning how = small_tuning(s, methods[k].lr);
        peft_init(&model[k], s->config, s->pretrained, &methods[k].plan, s->seed);
        peft_run_init(&run[k], &model[k], &how, s->old);
    }
    peft_run_all(run, METHODS, "small things");
#pragma omp parallel for schedule(dynamic, 1)
    for (int k = 0; k < METHODS; k++) result[k] = peft_run_result(&run[k]);
    struct csv_log log;
    csv_open(&log, s->out, "methods.csv", "method,name,share,right,honest,old_loss,base_bytes");
    printf("\nHow few numbers may learn? %d steps of %d texts each; held-out questions, answered greedily\n",
           s->how->steps, s->how->batch);
    printf("  %-36s %9s %8s %8s %7s %7s %9s\n", "", "learns", "right", "honest", "facts", "reverse", "old text");
    const struct tuning_result *full = s->full;
    print_row("all weights", 1, &full->greedy, full->old_loss);
    write_row(&log, "full", "all weights", 1, &full->greedy, full->old_loss, 4.0 * (double)gpt_parameters(s->config));
    for (int k = 0; k < METHODS; k++) {
        print_row(methods[k].name, result[k].share, &result[k].greedy, result[k].old_loss);
        write_row(&log, methods[k].key, methods[k].name, result[k].share, &result[k].greedy, result[k].old_loss,
                  result[k].base_bytes);
    }
    csv_close(&log);
    printf(
        "\n  LoRA of rank 2 is right as often as %.1f%% of all weights; QLoRA's base takes %.1f%% of the floats' "
        "bytes\n",
        full->greedy.right > 0 ? 100 * result[LORA_2].greedy.right / full->greedy.right : 0,
        100 * result[QLORA].base_bytes / result[LORA_2].base_bytes);
    printf("  old text: the loss before was %.3f, and it is again once the small things are taken out\n",
           full->old_before);
    show_costs(s, result);
    for (int k = 0; k < METHODS; k++) {
        peft_run_free(&run[k]);
        peft_free(&model[k]);
    }
    free(model);
    free(run);
}
