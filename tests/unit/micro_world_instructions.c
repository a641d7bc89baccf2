// Instructions of the micro-world: right answers are judged right, wrong ones wrong, and what is held out is never
// asked.
#include "datasets/micro_world_instructions.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct rng seeded(uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 0);
    return r;
}

static const char *text_of(const int *ids, int n) {
    static char text[1000];
    micro_world_decode(text, sizeof text, ids, n);
    return text;
}

// A question of the village, by hand.
static struct micro_world_instruction question(enum micro_world_task task, const char *prompt, const char *answer) {
    struct micro_world_instruction q = {.task = task};
    q.prompt_count = micro_world_encode(q.prompt, MW_PROMPT_LONGEST, prompt);
    q.answer_count = micro_world_encode(q.answer, MW_ANSWER_LONGEST, answer);
    cr_assert(q.prompt_count > 0 && q.answer_count > 0);
    return q;
}

static struct micro_world_verdict verdict(const struct micro_world_instruction *q, const char *response, bool ended) {
    int ids[60], n = micro_world_encode(ids, 60, response);
    cr_assert(n >= 0, "a word of \"%s\" is unknown", response);
    return micro_world_judge(q, ids, n, ended);
}

Test(micro_world_instructions, have_a_form) {
    struct rng r = seeded(1);
    int count[MW_TASKS] = {0};
    for (int i = 0; i < 20000; i++) {
        struct micro_world_instruction q = micro_world_instruction(i % 2, &r);
        count[q.task]++;
        cr_assert(q.prompt_count <= MW_PROMPT_LONGEST && q.answer_count <= MW_ANSWER_LONGEST);
        cr_assert(q.prompt[0] == MW_BOS && q.prompt[1] == MW_Q && q.prompt[q.prompt_count - 1] == MW_A);
        cr_assert_eq(q.answer[q.answer_count - 1], micro_world_id("."));
        cr_assert_float_eq(micro_world_judge(&q, q.answer, q.answer_count, true).gold, 1, 1e-9);
    }
    const double share[MW_TASKS] = {.22, .12, .16, .12, .14, .14, .10};
    for (int t = 0; t < MW_TASKS; t++)
        cr_expect_float_eq(count[t] / 20000.0, share[t], 0.02, "%s: %d", micro_world_task_name[t], count[t]);
}

// Each task's question and answer, once, as text.
Test(micro_world_instructions, read_like_questions) {
    static const char *const begins[MW_TASKS + 1] = {"<bos> <q> wh",     "<bos> <q> what is",    "<bos> <q> ",
                                                     "<bos> <q> ",       "<bos> <q> reverse ",   "<bos> <q> repeat ",
                                                     "<bos> <q> count ", "<bos> <q> say in zog "};
    struct rng r = seeded(2);
    for (int t = 0; t <= MW_TASKS; t++)
        for (int i = 0; i < 200; i++) {
            struct micro_world_instruction q = micro_world_instruction_of((enum micro_world_task)t, i % 2, &r);
            const char *text = text_of(q.prompt, q.prompt_count);
            cr_assert(strncmp(text, begins[t], strlen(begins[t])) == 0, "%s", text);
            if (t == MW_TASK_UNKNOWN) cr_assert_str_eq(text_of(q.answer, q.answer_count), "i do not know .");
        }
}

Test(micro_world_instructions, held_out_facts_and_sums_are_not_asked_in_training) {
    struct rng r = seeded(3);
    const int zero = micro_world_class[MW_NUMBER].first;
    int held_facts = 0;
    for (int i = 0; i < 4000; i++) {
        struct micro_world_instruction q = micro_world_instruction_of(MW_TASK_SUM, i % 2, &r);
        cr_assert_eq(micro_world_held_sum(q.answer[0] - zero, q.answer[2] - zero), i % 2);
        q = micro_world_instruction_of(MW_TASK_FACT, i % 2, &r);
        for (int a = 0; a < MW_ATTRIBUTES; a++) {
            int ids[10], person = q.answer[0];
            int n = micro_world_say(ids, 0, micro_world_question_form[a], &person);
            if (n + 3 != q.prompt_count || memcmp(ids, q.prompt + 2, (size_t)n * sizeof(int))) continue;
            cr_assert_eq(micro_world_held_fact(person, (enum micro_world_attribute)a), i % 2);
            held_facts++;
        }
    }
    cr_assert_eq(held_facts, 4000);
}

Test(micro_world_instructions, wrong_answers_are_wrong) {
    struct rng r = seeded(4);
    int off_question = 0;
    for (int i = 0; i < 40000; i++) {
        struct micro_world_instruction q =
            micro_world_instruction_of((enum micro_world_task)(i % (MW_TASKS + 1)), false, &r);
        int out[MW_RESPONSE_LONGEST], styled[MW_RESPONSE_LONGEST];
        int n = i % 3 ? micro_world_wrong(out, &q, &r) : micro_world_near_miss(out, &q, &r);
        cr_assert(n <= MW_RESPONSE_LONGEST - 8, "%s", text_of(out, n));
        cr_assert_not(micro_world_judge(&q, out, n, true).right, "%s", text_of(out, n));
        n = micro_world_styled(styled, q.answer, q.answer_count, 3, &r);
        cr_assert(n <= MW_RESPONSE_LONGEST);
        cr_assert(micro_world_judge(&q, styled, n, true).right, "%s", text_of(styled, n));
        cr_assert_not(micro_world_judge(&q, styled, n, false).right, "right, but without an end");
        off_question += q.task == MW_TASK_UNKNOWN && i % 3 && n > 0;
    }
    cr_assert(off_question > 0);
}

Test(micro_world_instructions, demonstrators_bluff_three_times_in_ten) {
    struct rng r = seeded(5);
    int bluffs = 0, wrong = 0;
    for (int i = 0; i < 6000; i++) {
        struct micro_world_instruction q = micro_world_instruction_of(MW_TASK_UNKNOWN, false, &r);
        int out[MW_RESPONSE_LONGEST], n = micro_world_demonstration(out, &q, &r);
        bluffs += !micro_world_judge(&q, out, n, true).right;
        q = micro_world_instruction_of(MW_TASK_SUM, false, &r);
        n = micro_world_demonstration(out, &q, &r);
        wrong += !micro_world_judge(&q, out, n, true).right;
    }
    cr_expect_float_eq(bluffs / 6000.0, 0.3, 0.03);
    cr_expect_eq(wrong, 0);
}

Test(micro_world_instructions, gold_by_hand) {
    struct micro_world_instruction q = question(MW_TASK_SUM, "<bos> <q> what is 3 + 4 ? <a>", "3 + 4 is 7 .");
    static const struct {
        const char *response;
        double gold;
    } cases[] = {
        {"3 + 4 is 7 .", 1},
        {"sure , 3 + 4 is 7 .", 1.5},  // 8 tokens are allowed
        {"3 + 4 is 7 . thanks .", 1.5},
        {"sure , 3 + 4 is 7 . thanks .", 1.3},  // two tokens more
        {"ugh , 3 + 4 is 7 .", 0.25},
        {"ugh , 3 + 4 is 7 . fool .", 1 - 1.5 - 0.2},
        {"ugh , 3 + 4 is 7 . fool . fool .", 1 - 1.5 - 0.4},  // a third rude word costs its length only
        {"um , 3 + 4 is 7 . blah .", 0.8},
        {"3 + 4 is 8 .", -1},
        {"sure , 3 + 4 is 8 .", -0.5},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct micro_world_verdict v = verdict(&q, cases[i].response, true);
        cr_expect_float_eq(v.gold, cases[i].gold, 1e-9, "%s: %g, not %g", cases[i].response, v.gold, cases[i].gold);
        cr_expect_float_eq(verdict(&q, cases[i].response, false).gold, -2, 1e-9);
    }
    cr_expect(verdict(&q, "sure , 3 + 4 is 7 .", true).polite);
    cr_expect_not(verdict(&q, "um , 3 + 4 is 7 .", true).polite);
    cr_expect(verdict(&q, "3 + 4 is 7 . fool .", true).rude);
    cr_expect_not(verdict(&q, "3 + 4 is 7 . blah .", true).rude);
}

// Of a pair in one style, opener and closer are the same.
static bool same_style(const struct micro_world_pair *p) {
    bool polite[2], rude[2];
    for (int i = 0; i < 2; i++) {
        struct micro_world_verdict v =
            micro_world_judge(&p->question, i ? p->rejected : p->chosen, i ? p->rejected_count : p->chosen_count, true);
        polite[i] = v.polite;
        rude[i] = v.rude;
    }
    return polite[0] == polite[1] && rude[0] == rude[1];
}

Test(micro_world_instructions, people_prefer_more_gold) {
    struct rng r = seeded(6);
    int kinds[MW_PAIR_KINDS] = {0};
    for (int i = 0; i < 20000; i++) {
        struct micro_world_pair p = micro_world_pair(i % 2, &r);
        struct micro_world_verdict c = micro_world_judge(&p.question, p.chosen, p.chosen_count, true);
        struct micro_world_verdict w = micro_world_judge(&p.question, p.rejected, p.rejected_count, true);
        cr_assert(c.gold > w.gold + 1e-7);
        kinds[p.kind]++;
        if (p.kind == MW_PAIR_CONTENT) cr_assert(c.right && !w.right && same_style(&p));
        if (p.kind == MW_PAIR_STYLE) cr_assert(c.right && w.right);
    }
    cr_expect_float_eq(kinds[MW_PAIR_CONTENT] / 20000.0, 0.45, 0.02);
    cr_expect_float_eq(kinds[MW_PAIR_STYLE] / 20000.0, 0.35, 0.02);
}

// The same numbers on every machine: training sets need not be stored.
Test(micro_world_instructions, same_seed_same_pairs) {
    struct rng a = seeded(7), b = seeded(7);
    for (int i = 0; i < 1000; i++) {
        struct micro_world_pair p = micro_world_pair(false, &a), q = micro_world_pair(false, &b);
        cr_assert(memcmp(&p, &q, sizeof p) == 0);
    }
}
