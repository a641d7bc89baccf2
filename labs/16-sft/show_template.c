// A conversation as tokens: what is read, what is to be predicted, what counts, and how much each word surprises the
// model before and after fine-tuning. And the same questions, asked before and after.
#include <stdlib.h>

#include "16-sft/tuning.h"
#include "datasets/micro_world.h"

// ---- one conversation -----------------------------------------------------------------------------------------------
// losses (T): of every position, whether it counts in training or not.
static void surprise(float *losses, const struct show *s, const float *params, const int *inputs, const int *row,
                     int T) {
    struct gpt m;
    int *targets = alloc_zeroed((size_t)T, sizeof *targets);
    for (int t = 0; t < T; t++) targets[t] = row[t + 1] & ~LEARN;
    stage_copy(&m, s->config, params);
    gpt_reserve(&m, 1, T, false);
    masked_loss_forward(losses, gpt_forward(&m, inputs, NULL, 1, T), targets, T, s->config->V);
    gpt_free(&m);
    free(targets);
}

// The lesson of the text: 3 + 4, politely.
static int write_lesson(int *row) {
    struct rng r;
    struct documents d = {0};
    struct micro_world_instruction q;
    const int polite[] = {micro_world_id("sure"), micro_world_id(",")};
    int answer[MW_RESPONSE_LONGEST], n = 0;
    rng_seed(&r, 16, 1);
    do q = micro_world_instruction_of(MW_TASK_SUM, false, &r);
    while (q.answer[0] != micro_world_id("3") || q.answer[2] != micro_world_id("4"));
    for (int i = 0; i < COUNT(polite); i++) answer[n++] = polite[i];
    for (int i = 0; i < q.answer_count; i++) answer[n++] = q.answer[i];
    lesson_push(&d, &q, answer, n);
    const int which = 0, T = pad_batch(row, &d, &which, 1, VILLAGE_T);
    documents_free(&d);
    return T;
}

static void show_lesson(const struct show *s) {
    int row[VILLAGE_T + 1], inputs[VILLAGE_T], targets[VILLAGE_T];
    float before[VILLAGE_T], after[VILLAGE_T];
    struct csv_log log;
    const int T = write_lesson(row);
    sft_example(inputs, targets, row, T);
    surprise(before, s, s->pretrained, inputs, row, T);
    surprise(after, s, s->tuned, inputs, row, T);
    printf("\na lesson, and what each word costs the model, in nats\n");
    printf("%4s  %-8s %-10s %-7s %11s %11s\n", "", "reads", "next word", "counts", "pretrained", "fine-tuned");
    csv_open(&log, s->out, "template.csv", "position,word,counts,pretrained,tuned");
    double sums[2] = {0};
    int counted = 0;
    for (int t = 0; t < T; t++) {
        const bool counts = targets[t] >= 0;
        const char *word = micro_world_word(row[t + 1] & ~LEARN);
        printf("%4d  %-8s %-10s %-7s %11.2f %11.2f\n", t, micro_world_word(inputs[t]), word, counts ? "yes" : "",
               before[t], after[t]);
        csv_row(&log, "%d,%s,%d,%.5f,%.5f", t, *word == ',' ? "comma" : word, counts, before[t], after[t]);
        if (!counts) continue;
        counted++;
        sums[0] += before[t];
        sums[1] += after[t];
    }
    csv_close(&log);
    printf("%4s  mean of the %2d that count       %11.2f %11.2f\n", "", counted, sums[0] / counted, sums[1] / counted);
}

// ---- batches --------------------------------------------------------------------------------------------------------
// How much of the batches is padding, and how much of what is read counts.
static void show_batches(const struct show *s) {
    enum { B = 32 };
    const int batches = s->quick ? 2 : 100;
    struct documents lessons = {0};
    struct rng r;
    int which[B], inputs[B * VILLAGE_T], targets[B * VILLAGE_T];
    double places = 0, read = 0, counted = 0;
    lessons_demonstrations(&lessons, s->how->demonstrations, s->seed);
    rng_seed(&r, s->seed, 30);
    for (int i = 0; i < batches; i++) {
        for (int b = 0; b < B; b++) {
            which[b] = rng_below(&r, s->how->demonstrations);
            const size_t start = which[b] ? lessons.ends.end[which[b] - 1] : 0;
            read += (double)(lessons.ends.end[which[b]] - start - 1);
        }
        const int T = lessons_batch(inputs, targets, &lessons, which, B);
        places += (double)B * T;
        for (int n = 0; n < B * T; n++) counted += targets[n] >= 0;
    }
    printf("\nin batches of %d lessons: %.1f%% of the places are padding; of what is read, %.1f%% counts\n", B,
           100 * (1 - read / places), 100 * counted / read);
    printf("what nobody can know of a lesson, its style: %.4f nats for each word that counts\n",
           lessons_floor(&lessons));
    documents_free(&lessons);
}

// ---- answers --------------------------------------------------------------------------------------------------------
static void print_words(const int *id, int n) {
    for (int i = 0; i < n; i++) printf("%s%s", i ? " " : "", micro_world_word(id[i]));
}

static void print_answer(const char *who, const struct answers *a, int i) {
    const int *id = a->id + (size_t)i * (MW_RESPONSE_LONGEST + 1), n = a->length[i] - a->ended[i];
    const struct micro_world_verdict v = micro_world_judge(&a->question[i], id, n, a->ended[i]);
    printf("    %-11s ", who);
    print_words(id, n);
    printf("%s%s\n", a->ended[i] ? "" : " ...", v.right ? "  (right)" : "");
}

static void show_answers(const struct show *s) {
    struct answers before, after;
    answers_init(&before, MW_TASKS);
    answers_init(&after, MW_TASKS);
    struct rng r;
    rng_seed(&r, s->seed, 31);
    for (int k = 0; k < MW_TASKS; k++)
        before.question[k] = after.question[k] = micro_world_instruction_of((enum micro_world_task)k, true, &r);
    answers_draw(&before, s->config, s->pretrained, 0, s->seed);
    answers_draw(&after, s->config, s->tuned, 0, s->seed);
    printf("\nquestions that were never asked in training, and the likeliest words\n");
    for (int k = 0; k < MW_TASKS; k++) {
        printf("  ");
        print_words(before.question[k].prompt + 2, before.question[k].prompt_count - 3);
        printf("\n");
        print_answer("pretrained", &before, k);
        print_answer("fine-tuned", &after, k);
    }
    answers_free(&before);
    answers_free(&after);
}

void show_template(const struct show *s) {
    show_lesson(s);
    show_batches(s);
    show_answers(s);
}
