// Parameters and operations of known models, by part.
#include "13-transformer/show.h"
#include "13-transformer/show_known.h"

static void show_shares(const struct options *o) {
    struct csv_log log;
    csv_open(&log, o->out, "shares.csv", "model,tables,attention,MLP,norms");
    printf("\nParameters of known models, by part\n");
    printf("  %-15s %10s %10s %10s %10s %8s %14s\n", "", "millions", "tables", "attention", "MLP", "norms", "bf16");
    for (int i = 0; i < known_model_count(); i++) {
        const struct known_model m = known_model(i);
        double parts[MODEL_PARTS], all = (double)gpt_parameters(&m.config);
        count_parts(parts, &m.config);
        const double tables = parts[PART_TOKENS] + parts[PART_POSITIONS] + parts[PART_HEAD];
        printf("  %-15s %10.1f %9.1f%% %9.1f%% %9.1f%% %7.2f%% %11.2f GB\n", m.label, all / 1e6, 100 * tables / all,
               100 * parts[PART_ATTENTION] / all, 100 * parts[PART_MLP] / all, 100 * parts[PART_NORMS] / all,
               2 * all / 1e9);
        csv_row(&log, "%s,%.3f,%.3f,%.3f,%.4f", m.label, 100 * tables / all, 100 * parts[PART_ATTENTION] / all,
                100 * parts[PART_MLP] / all, 100 * parts[PART_NORMS] / all);
    }
    csv_close(&log);
}

// Which share of a training step's operations is the attention's quadratic part, by the length of the text?
static void show_lengths(const struct options *o) {
    static const char *const names[] = {"gpt2", "llama2-7b", "llama2-70b"};
    struct gpt_config c[COUNT(names)];
    struct csv_log log;
    csv_open(&log, o->out, "lengths.csv", "T,gpt2,llama2-7b,llama2-70b");
    for (int i = 0; i < COUNT(names); i++) known_model_find(&c[i], names[i]);
    for (int T = 128; T <= 131072; T *= 2) {
        double share[COUNT(names)];
        for (int i = 0; i < COUNT(names); i++)
            share[i] = 100 * 12.0 * c[i].L * c[i].C * T / gpt_flops_per_token(&c[i], T);
        csv_row(&log, "%d,%.3f,%.3f,%.3f", T, share[0], share[1], share[2]);
    }
    csv_close(&log);
}

static void show_learner(const struct options *o) {
    const struct gpt_config c = gpt2_config(LIST_VOCABULARY, 2 * LIST_LONGEST, LIST_C, LIST_L, LIST_H);
    const int T = 2 * LIST_LONGEST;
    const struct gpt_bytes bytes = gpt_training_bytes(&c, o->batch, T);
    printf("\nThe GPT-2 of this chapter: %zu parameters, %.0f operations per token and step\n", gpt_parameters(&c),
           gpt_flops_per_token(&c, T));
    printf("  bytes of a step with %d x %d tokens: parameters %.0f, gradients %.0f, moments %.0f,\n", o->batch, T,
           bytes.params, bytes.grads, bytes.moments);
    printf("  activations %.0f, logits %.0f, scratch %.0f; together %.0f\n", bytes.activations, bytes.logits,
           bytes.scratch, bytes.total);
    struct gpt m;
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    gpt_init(&m, &c, list_std, &r);
    gpt_reserve(&m, o->batch, T, true);
    printf("  the memory that gpt_reserve takes: %zu\n", m.memory_floats * sizeof(float));
    gpt_free(&m);
}

void show_count(const struct options *o) {
    show_shares(o);
    show_lengths(o);
    show_learner(o);
}
