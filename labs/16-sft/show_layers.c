// How much of a model must move? The last layers only, or all of them. No old text here: what is frozen cannot be
// forgotten, or can it?
#include <stdlib.h>

#include "16-sft/tuning.h"

static size_t numbers_that_learn(const struct gpt_config *c, int layers) {
    int count;
    struct gpt_tensor *tensor = gpt_tensors(c, &count);
    bool *moves = alloc_zeroed((size_t)count, sizeof *moves);
    const size_t numbers = freeze_below(moves, c, tensor, count, layers);
    free(moves);
    free(tensor);
    return numbers;
}

void show_layers(const struct show *s) {
    struct csv_log log;
    csv_open(&log, s->out, "layers.csv", "what,layers,numbers,right,honest,fact,old_loss");
    printf("\n%-18s %8s %7s %7s %7s %7s %9s\n", "what learns", "numbers", "share", "right", "honest", "fact",
           "old text");
    for (int layers = 1; layers <= s->config->L; layers++) {
        struct gpt m;
        struct tuning how = *s->how;
        char label[32];
        snprintf(label, sizeof label, layers < s->config->L ? "last %d of %d layers" : "all %d layers", layers,
                 s->config->L);
        how.layers = layers;
        how.label = label;
        how.out = NULL;
        how.mix = 0;
        how.questions /= 2;
        how.steps = s->quick ? 4 : 300;
        stage_copy(&m, s->config, s->pretrained);
        const struct tuning_result x = tuning_run(&m, &how, s->old);
        const size_t numbers = numbers_that_learn(s->config, layers);
        printf("%-18s %8zu %6.1f%% %6.1f%% %6.1f%% %6.1f%% %9.3f\n", label, numbers,
               100 * (double)numbers / (double)m.parameters, 100 * x.greedy.right, 100 * x.greedy.honest,
               100 * x.greedy.by_task[MW_TASK_FACT], x.old_loss);
        csv_row(&log, "%s,%d,%zu,%.4f,%.4f,%.4f,%.5f", label, layers, numbers, x.greedy.right, x.greedy.honest,
                x.greedy.by_task[MW_TASK_FACT], x.old_loss);
        gpt_free(&m);
    }
    csv_close(&log);
}
