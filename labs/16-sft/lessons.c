// What to learn from: questions of the village with their answers, as conversations in tokens.
#include <math.h>
#include <stdlib.h>

#include "16-sft/village.h"
#include "datasets/micro_world.h"

const struct chat_tokens village_chat = {.begin = MW_BOS, .user = MW_Q, .assistant = MW_A, .end = MW_EOS};

enum { STREAM_DEMONSTRATIONS = 21, STREAM_ZOG = 22 };  // of the seed
// Two questions differ in one word: "ann found a blue key . what is blue ?", and "what is red ?". Among questions as
// they come a model learns late to compare the two colours: to make an answer up each time costs it little. So every
// third is one of them, by turns.
enum { EVERY = 3 };

void lesson_push(struct documents *out, const struct micro_world_instruction *q, const int *answer, int n) {
    // A prompt is <bos> <q> ... <a>: what is said lies between.
    const struct turn turn[] = {{ROLE_USER, q->prompt + 2, q->prompt_count - 3}, {ROLE_ASSISTANT, answer, n}};
    chat_render(&out->tokens, &village_chat, turn, COUNT(turn), false);
    cuts_push(&out->ends, out->tokens.count);
}

static void demonstrate(struct documents *out, const struct micro_world_instruction *q, struct rng *r) {
    int answer[MW_RESPONSE_LONGEST];
    lesson_push(out, q, answer, micro_world_demonstration(answer, q, r));
}

void lessons_as_they_come(struct documents *out, int count, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_DEMONSTRATIONS);
    for (int i = 0; i < count; i++) {
        const struct micro_world_instruction q = micro_world_instruction(false, &r);
        demonstrate(out, &q, &r);
    }
}

void lessons_demonstrations(struct documents *out, int count, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_DEMONSTRATIONS);
    for (int i = 0; i < count; i++) {
        const enum micro_world_task either = i % 2 ? MW_TASK_UNKNOWN : MW_TASK_FOUND;
        const struct micro_world_instruction q =
            i % EVERY == EVERY - 1 ? micro_world_instruction_of(either, false, &r) : micro_world_instruction(false, &r);
        demonstrate(out, &q, &r);
    }
}

static double entropy(const double *p, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum -= p[i] * log(p[i]);
    return sum;
}

double lessons_floor(const struct documents *demonstrations) {
    // As micro_world_instructions.h has them: openers; how many closers, each one of three; and of the answers to what is
    // not known seven of ten say so ("i do not know ."), three are made up.
    const double opener[] = {0.45, 0.2, 0.2, 0.15}, closers[] = {0.4, 0.4, 0.15, 0.05}, made_up[] = {0.3, 0.7};
    const double closers_mean = 1 * 0.4 + 2 * 0.15 + 3 * 0.05;
    const double style = entropy(opener, 4) + entropy(closers, 4) + closers_mean * log(3);
    const int know = micro_world_id("know") | LEARN;
    size_t counts = 0, say_so = 0;
    for (size_t i = 0; i < demonstrations->tokens.count; i++) {
        counts += (demonstrations->tokens.id[i] & LEARN) != 0;
        say_so += demonstrations->tokens.id[i] == know;
    }
    const double lessons = (double)demonstrations->ends.count, not_known = (double)say_so / 0.7;
    return (lessons * style + not_known * entropy(made_up, 2)) / (double)counts;
}

void lessons_zog(struct documents *out, int count, bool held, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_ZOG);
    for (int i = 0; i < count; i++) {
        const struct micro_world_instruction q = micro_world_instruction_of(MW_TASK_ZOG, held, &r);
        lesson_push(out, &q, q.answer, q.answer_count);
    }
}

int lessons_batch(int *inputs, int *targets, const struct documents *lessons, const int *which, int B) {
    int *rows = alloc_zeroed((size_t)B * (VILLAGE_T + 1), sizeof *rows);
    const int T = pad_batch(rows, lessons, which, B, VILLAGE_T);
    for (int b = 0; b < B; b++)
        sft_example(inputs + (size_t)b * T, targets + (size_t)b * T, rows + (size_t)b * (T + 1), T);
    free(rows);
    return T;
}

void lessons_old_text(int *inputs, int *targets, const struct rows *rows, int B, struct rng *r) {
    const int T = rows->T;
    for (int b = 0; b < B; b++) {
        const size_t row = (size_t)rng_below(r, (int)rows->count);
        row_example(inputs + (size_t)b * T, targets + (size_t)b * T, rows->token + row * (size_t)(T + 1), T);
    }
}
