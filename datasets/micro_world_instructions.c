// What the village is asked, and the right answers.
#include <string.h>

#include "datasets/micro_world_instructions.h"

const char *const micro_world_task_name[MW_TASKS + 1] = {"fact",    "sum",    "found", "unknown",
                                                         "reverse", "repeat", "count", "zog"};
static const int task_percent[MW_TASKS] = {22, 12, 16, 12, 14, 14, 10};

static int say(int *ids, int *count, const char *pattern, const int *values) {
    return *count = micro_world_say(ids, *count, pattern, values);
}

static void ask(struct micro_world_instruction *q, const char *pattern, const int *values) {
    say(q->prompt, &q->prompt_count, pattern, values);
}

static void answer(struct micro_world_instruction *q, const char *pattern, const int *values) {
    say(q->answer, &q->answer_count, pattern, values);
}

static int draw(enum micro_world_class what, struct rng *r) {
    return micro_world_class[what].first + rng_below(r, micro_world_class[what].count);
}

static void draw_fact(struct micro_world_instruction *q, struct rng *r) {
    int person, attribute;
    do {
        person = draw(MW_PERSON, r);
        attribute = rng_below(r, MW_ATTRIBUTES);
    } while (micro_world_held_fact(person, (enum micro_world_attribute)attribute) != q->held);
    ask(q, micro_world_question_form[attribute], &person);
    answer(q, micro_world_fact_form[attribute][0],
           (int[]){person, micro_world_fact(person, (enum micro_world_attribute)attribute)});
}

static void draw_sum(struct micro_world_instruction *q, struct rng *r) {
    int a, b, zero = micro_world_class[MW_NUMBER].first;
    do {
        a = rng_below(r, 10);
        b = rng_below(r, 10);
    } while (micro_world_held_sum(a, b) != q->held);
    ask(q, "what is N + N ?", (int[]){zero + a, zero + b});
    answer(q, micro_world_sum_form[1], (int[]){zero + a, zero + b, zero + a + b});
}

// One thing was found; the question is about its colour, or about a colour that was not mentioned.
static void draw_found(struct micro_world_instruction *q, struct rng *r) {
    int person = draw(MW_PERSON, r), things[2], other;
    micro_world_draw_things(things, 1, q->held, r);
    do other = draw(MW_COLOUR, r);
    while (other == things[0]);
    ask(q, micro_world_found_form[0], (int[]){person, things[0], things[1]});
    ask(q, "what is C ?", q->task == MW_TASK_FOUND ? &things[0] : &other);
    if (q->task == MW_TASK_FOUND) answer(q, "the C O .", things);
    else answer(q, "i do not know .", NULL);
}

static void draw_list(struct micro_world_instruction *q, struct rng *r) {
    static const enum micro_world_class classes[4] = {MW_PET, MW_FOOD, MW_COLOUR, MW_OBJECT};
    int words[4], n = 2 + rng_below(r, 3);
    const bool zog = q->task == MW_TASK_ZOG;
    micro_world_draw_list(words, n, zog ? MW_PET : classes[rng_below(r, 4)], q->held, r);
    ask(q, zog ? "say in zog" : q->task == MW_TASK_REVERSE ? "reverse" : "repeat", NULL);
    for (int i = 0; i < n; i++) {
        const int word = words[q->task == MW_TASK_REVERSE ? n - 1 - i : i];
        q->prompt[q->prompt_count++] = words[i];
        q->answer[q->answer_count++] =
            zog ? word - micro_world_class[MW_PET].first + micro_world_class[MW_ZOG].first : word;
    }
    answer(q, ".", NULL);
}

static void draw_count(struct micro_world_instruction *q, struct rng *r) {
    int word, how_many;
    micro_world_draw_count(&word, &how_many, q->held, r);
    ask(q, "count", NULL);
    for (int i = 0; i < how_many; i++) q->prompt[q->prompt_count++] = word;
    answer(q, "N .", (int[]){micro_world_class[MW_NUMBER].first + how_many});
}

struct micro_world_instruction micro_world_instruction_of(enum micro_world_task task, bool held, struct rng *r) {
    static void (*const draw_task[MW_TASKS + 1])(struct micro_world_instruction *, struct rng *) = {
        draw_fact, draw_sum, draw_found, draw_found, draw_list, draw_list, draw_count, draw_list};
    struct micro_world_instruction q = {.task = task, .held = held, .prompt = {MW_BOS, MW_Q}, .prompt_count = 2};
    draw_task[task](&q, r);
    q.prompt[q.prompt_count++] = MW_A;
    return q;
}

struct micro_world_instruction micro_world_instruction(bool held, struct rng *r) {
    int u = rng_below(r, 100), task = 0;
    while (u >= task_percent[task]) u -= task_percent[task++];
    return micro_world_instruction_of((enum micro_world_task)task, held, r);
}
