// What came of a stage, as a table.
#include "16-sft/tuning.h"

static void print_exam(const char *name, const struct exam *e) {
    printf("%-16s %5.1f%% %6.1f%% %6.2f %6.1f%% %6.1f%% %6.1f%% %7.2f\n", name, 100 * e->right, 100 * e->honest,
           e->gold, 100 * e->rude, 100 * e->polite, 100 * e->ended, e->length);
}

void report_tuning(const struct tuning *how, const struct tuning_result *result) {
    const struct exam *greedy = &result->greedy, *drawn = &result->drawn;
    printf("lessons %d demonstrations, %d steps of %d", how->demonstrations, how->steps, how->batch);
    if (how->mix > 0 && how->old_rows > 0)
        printf(", each with %d rows of old text whose loss counts %g", how->old_rows, (double)how->mix);
    printf("\nexam    %d questions that were never asked in training\n\n", greedy->count);
    printf("%-16s %6s %7s %6s %7s %7s %7s %7s\n", "answers", "right", "honest", "gold", "rude", "polite", "ended",
           "tokens");
    print_exam("likeliest words", greedy);
    print_exam("drawn at 1", drawn);
    printf("\n%-16s", "right, by task");
    for (int k = 0; k < MW_TASKS; k++) printf(" %8s", micro_world_task_name[k]);
    printf("\n%-16s", "likeliest words");
    for (int k = 0; k < MW_TASKS; k++) printf(" %7.1f%%", 100 * greedy->by_task[k]);
    printf("\n%-16s", "drawn at 1");
    for (int k = 0; k < MW_TASKS; k++) printf(" %7.1f%%", 100 * drawn->by_task[k]);
    printf("\n\nold text  loss %.4f, before %.4f\n", result->old_loss, result->old_before);
}
