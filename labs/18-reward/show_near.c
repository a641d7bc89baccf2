// Trained on near misses alone, a model learns to find the slip in an answer, and never to ask whether it answers the
// question.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "18-reward/reward_model.h"

// ---- wrong answers of every sort ------------------------------------------------------------------------------------
enum sort { NEAR, UNASKED_FACT, UNASKED_THING, OTHER, JUMBLED, SORTS };
static const char *const sort_name[SORTS] = {"a near miss", "true, about something else: facts",
                                             "true, about something else: finds", "the answer to another question",
                                             "one word too many"};
static const char *const sort_column[SORTS] = {"near miss", "other fact", "other thing", "other question",
                                               "extra word"};
// -1: any
static const int sort_task[SORTS] = {-1, MW_TASK_FACT, MW_TASK_UNKNOWN, -1, -1};

// Another fact about the person who was asked about.
static int other_fact(int *out, const struct micro_world_instruction *q, struct rng *r) {
    int person = 0, n, form;
    for (int i = 0; i < q->prompt_count; i++)
        if (micro_world_is(q->prompt[i], MW_PERSON)) person = q->prompt[i];
    do {
        form = rng_below(r, MW_ATTRIBUTES);
        const int values[] = {person, micro_world_fact(person, (enum micro_world_attribute)form)};
        n = micro_world_say(out, 0, micro_world_fact_form[form][0], values);
    } while (n == q->answer_count && memcmp(out, q->answer, (size_t)n * sizeof(int)) == 0);
    return n;
}

// "<bos> <q> ann found a blue key . what is red ? <a>": the blue key.
static int found_thing(int *out, const struct micro_world_instruction *q) {
    enum { COLOUR = 5 };  // its place in the question; the object's is the next
    return micro_world_say(out, 0, "the C O .", q->prompt + COLOUR);
}

static int other_answer(int *out, const struct micro_world_instruction *q, struct rng *r) {
    struct micro_world_instruction other;
    do other = micro_world_instruction(q->held, r);
    while (other.answer_count == q->answer_count &&
           memcmp(other.answer, q->answer, (size_t)q->answer_count * sizeof(int)) == 0);
    memcpy(out, other.answer, (size_t)other.answer_count * sizeof(int));
    return other.answer_count;
}

// The right answer with an object somewhere in it.
static int jumbled(int *out, const struct micro_world_instruction *q, struct rng *r) {
    const int at = rng_below(r, q->answer_count), n = q->answer_count;
    memcpy(out, q->answer, (size_t)at * sizeof(int));
    out[at] = micro_world_class[MW_OBJECT].first + rng_below(r, micro_world_class[MW_OBJECT].count);
    memcpy(out + at + 1, q->answer + at, (size_t)(n - at) * sizeof(int));
    return n + 1;
}

static int wrong_answer(int *out, enum sort sort, const struct micro_world_instruction *q, struct rng *r) {
    switch (sort) {
        case NEAR:
            return micro_world_near_miss(out, q, r);
        case UNASKED_FACT:
            return other_fact(out, q, r);
        case UNASKED_THING:
            return found_thing(out, q);
        case OTHER:
            return other_answer(out, q, r);
        default:
            return jumbled(out, q, r);
    }
}

// Right and wrong answers to the same questions, without style.
static void draw(struct reward_pairs *p, enum sort sort, int count, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, (uint64_t)(41 + sort));
    reward_pairs_init(p, count);
    for (int i = 0; i < count; i++) {
        int wrong[MW_RESPONSE_LONGEST];
        const int task = sort_task[sort];
        const struct micro_world_instruction q =
            task < 0 ? micro_world_instruction(false, &r)
                     : micro_world_instruction_of((enum micro_world_task)task, false, &r);
        lesson_push(&p->conversations, &q, q.answer, q.answer_count);
        lesson_push(&p->conversations, &q, wrong, wrong_answer(wrong, sort, &q, &r));
    }
}

// ---- two models -----------------------------------------------------------------------------------------------------
struct opinion {
    double right, right_score, wrong_score;  // the share in which the right answer is above; mean scores
};

static struct opinion ask(struct reward_model *m, struct reward_pairs *p) {
    struct opinion o = {0};
    reward_pairs_score(p, m);
    for (int i = 0; i < p->count; i++) {
        o.right += p->chosen[i] > p->rejected[i];
        o.right_score += p->chosen[i];
        o.wrong_score += p->rejected[i];
    }
    o.right /= p->count;
    o.right_score /= p->count;
    o.wrong_score /= p->count;
    return o;
}

static struct reward_exam train(struct reward_model *m, const struct reward_show *s, bool only_near) {
    struct reward_training how = *s->how;
    struct rng r;
    how.only_near = only_near;
    how.out = NULL;
    how.label = only_near ? "near misses" : "all sorts";
    how.steps = s->quick ? 4 : 600;
    rng_seed(&r, s->seed, 30);
    reward_init(m, s->config, s->tuned, &r);
    reward_train(m, &how);
    reward_normalize(m, s->config, s->tuned, s->quick ? 32 : 1000, s->seed);
    return reward_examine(m, false, only_near, s->quick ? 64 : 2000, s->seed + 6);
}

static void compare(const struct reward_show *s, struct reward_model *all, struct reward_model *near) {
    struct csv_log log;
    csv_open(&log, s->out, "near.csv", "sort,all,near");
    printf("  %-36s %17s   %17s\n", "", "all sorts", "near misses only");
    printf("  %-36s %6s %5s %5s  %6s %5s %5s\n", "the right answer or ...", "right", "+", "-", "right", "+", "-");
    for (int k = 0; k < SORTS; k++) {
        struct reward_pairs p;
        draw(&p, (enum sort)k, s->quick ? 32 : 1000, s->seed);
        const struct opinion a = ask(all, &p), b = ask(near, &p);
        printf("  %-36s %5.1f%% %5.2f %5.2f  %5.1f%% %5.2f %5.2f\n", sort_name[k], 100 * a.right, a.right_score,
               a.wrong_score, 100 * b.right, b.right_score, b.wrong_score);
        csv_row(&log, "%s,%.4f,%.4f", sort_column[k], a.right, b.right);
        reward_pairs_free(&p);
    }
    csv_close(&log);
}

void show_near(const struct reward_show *s) {
    struct reward_model all, near;
    const struct reward_exam a = train(&all, s, false), b = train(&near, s, true);
    printf(
        "\nWhich wrong answers has it seen? Two models, the same steps; + the right answer's mean score, - the wrong "
        "one's\n");
    compare(s, &all, &near);
    printf("  %-36s %5.1f%% %12s  %5.1f%%\n", "new pairs such as it was trained on", 100 * a.all, "", 100 * b.all);
    reward_free(&all);
    reward_free(&near);
}
