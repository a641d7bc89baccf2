// Trained on near misses alone, a model learns to find the slip in an answer, and never to ask whether it answers the
// question.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "18-reward/reward_model.h"

// ---- wrong answers of every sort ------------------------------------------------------------------------------------
enum sort { NEAR, OTHER_FACT, BEST_FACT, FOUND_THING, ANY_FACT, ANY_BEST_FACT, OTHER, EXTRA, SORTS };
enum { PERSONS = 12, FACTS = PERSONS * MW_ATTRIBUTES };
static const struct {
    const char *text, *name;
    int task;    // -1: any
    bool facts;  // FACTS wrong answers to every question, and the best of them counts
} sorts[SORTS] = {
    [NEAR] = {"a near miss", "near miss", -1, false},
    [OTHER_FACT] = {"a fact: the person's other facts", "fact: other", MW_TASK_FACT, false},
    [BEST_FACT] = {"a fact: of all others the best liked", "fact: best", MW_TASK_FACT, true},
    [FOUND_THING] = {"not known: what was found instead", "unknown: thing", MW_TASK_UNKNOWN, false},
    [ANY_FACT] = {"not known: a fact of the village", "unknown: fact", MW_TASK_UNKNOWN, false},
    [ANY_BEST_FACT] = {"not known: of all facts the best liked", "unknown: best", MW_TASK_UNKNOWN, true},
    [OTHER] = {"the answer to another question", "other answer", -1, false},
    [EXTRA] = {"one word too many", "extra word", -1, false},
};

// Fact number k of the village; other than what is asked for, if there is one like that.
static int fact(int *out, int k, const struct micro_world_instruction *q) {
    for (;; k = (k + 1) % FACTS) {
        const int person = micro_world_class[MW_PERSON].first + k / MW_ATTRIBUTES, form = k % MW_ATTRIBUTES;
        const int values[] = {person, micro_world_fact(person, (enum micro_world_attribute)form)};
        const int n = micro_world_say(out, 0, micro_world_fact_form[form][0], values);
        if (n != q->answer_count || memcmp(out, q->answer, (size_t)n * sizeof(int)) != 0) return n;
    }
}

// Another fact about the person who was asked about.
static int other_fact(int *out, const struct micro_world_instruction *q, struct rng *r) {
    int person = 0;
    for (int i = 0; i < q->prompt_count; i++)
        if (micro_world_is(q->prompt[i], MW_PERSON)) person = q->prompt[i] - micro_world_class[MW_PERSON].first;
    for (;;) {
        const int n = fact(out, person * MW_ATTRIBUTES + rng_below(r, MW_ATTRIBUTES), q);
        if (out[0] == person + micro_world_class[MW_PERSON].first) return n;
    }
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
static int extra_word(int *out, const struct micro_world_instruction *q, struct rng *r) {
    const int at = rng_below(r, q->answer_count), n = q->answer_count;
    memcpy(out, q->answer, (size_t)at * sizeof(int));
    out[at] = micro_world_class[MW_OBJECT].first + rng_below(r, micro_world_class[MW_OBJECT].count);
    memcpy(out + at + 1, q->answer + at, (size_t)(n - at) * sizeof(int));
    return n + 1;
}

// try: the number of the attempt, of a sort that has several.
static int wrong_answer(int *out, enum sort sort, const struct micro_world_instruction *q, int try, struct rng *r) {
    switch (sort) {
        case NEAR:
            return micro_world_near_miss(out, q, r);
        case OTHER_FACT:
            return other_fact(out, q, r);
        case FOUND_THING:
            return found_thing(out, q);
        case ANY_FACT:
            return fact(out, rng_below(r, FACTS), q);
        case BEST_FACT:
        case ANY_BEST_FACT:
            return fact(out, try, q);
        case OTHER:
            return other_answer(out, q, r);
        default:
            return extra_word(out, q, r);
    }
}

// Right and wrong answers to the same questions, without style: `tries` pairs for each question.
static void draw(struct reward_pairs *p, enum sort sort, int questions, int tries, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 41 + (uint64_t)sort);
    reward_pairs_init(p, questions * tries);
    for (int i = 0; i < questions; i++) {
        const struct micro_world_instruction q =
            sorts[sort].task < 0 ? micro_world_instruction(false, &r)
                                 : micro_world_instruction_of((enum micro_world_task)sorts[sort].task, false, &r);
        for (int k = 0; k < tries; k++) {
            int wrong[MW_RESPONSE_LONGEST];
            lesson_push(&p->conversations, &q, q.answer, q.answer_count);
            lesson_push(&p->conversations, &q, wrong, wrong_answer(wrong, sort, &q, k, &r));
        }
    }
}

// ---- two models -----------------------------------------------------------------------------------------------------
struct opinion {
    double right, right_score, wrong_score;  // the share in which the right answer is above; mean scores
};

static struct opinion ask(struct reward_model *m, struct reward_pairs *p, int tries) {
    struct opinion o = {0};
    const int questions = p->count / tries;
    reward_pairs_score(p, m);
    for (int i = 0; i < questions; i++) {
        const float right = p->chosen[i * tries];
        float best = p->rejected[i * tries];
        for (int k = 1; k < tries; k++) best = fmaxf(best, p->rejected[i * tries + k]);
        o.right += right > best;
        o.right_score += right;
        o.wrong_score += best;
    }
    o.right /= questions;
    o.right_score /= questions;
    o.wrong_score /= questions;
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
    csv_open(&log, s->out, "near.csv", "sort,all,near,all_right,all_wrong,near_right,near_wrong");
    printf("  %-39s %17s   %17s\n", "", "all sorts", "near misses only");
    printf("  %-39s %6s %5s %5s  %6s %5s %5s\n", "the right answer, or ...", "right", "+", "-", "right", "+", "-");
    for (int k = 0; k < SORTS; k++) {
        struct reward_pairs p;
        const int tries = sorts[k].facts ? FACTS : 1;
        draw(&p, (enum sort)k, s->quick ? 8 : tries > 1 ? 60 : 1000, tries, s->seed);
        const struct opinion a = ask(all, &p, tries), b = ask(near, &p, tries);
        printf("  %-39s %5.1f%% %5.2f %5.2f  %5.1f%% %5.2f %5.2f\n", sorts[k].text, 100 * a.right, a.right_score,
               a.wrong_score, 100 * b.right, b.right_score, b.wrong_score);
        csv_row(&log, "%s,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", sorts[k].name, a.right, b.right, a.right_score, a.wrong_score,
                b.right_score, b.wrong_score);
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
    printf("  %-39s %5.1f%% %12s  %5.1f%%\n", "new pairs such as it was trained on", 100 * a.all, "", 100 * b.all);
    reward_free(&all);
    reward_free(&near);
}
