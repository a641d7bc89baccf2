// Questions to a model that was never taught to answer: how does this text go on?
#include <string.h>

#include "datasets/micro_world.h"

const char *const micro_world_probe_name[MW_PROBES] = {"fact",  "sum",      "repeat",  "reverse",
                                                       "count", "recall 1", "recall 3"};

// A text of n tokens, cut so that its last `answer` tokens are the answer.
static void cut(struct micro_world_probe *p, const int *ids, int n, int answer) {
    p->prompt_count = n - answer;
    p->answer_count = answer;
    memcpy(p->prompt, ids, (size_t)p->prompt_count * sizeof(int));
    memcpy(p->answer, ids + p->prompt_count, (size_t)answer * sizeof(int));
}

static int draw_person(struct rng *r) {
    return micro_world_class[MW_PERSON].first + rng_below(r, micro_world_class[MW_PERSON].count);
}

// The value is the last word but one, except in "tom wears a red hat .".
static void probe_fact(struct micro_world_probe *p, struct rng *r) {
    int person = draw_person(r), attribute = rng_below(r, MW_ATTRIBUTES), form = rng_below(r, 2), ids[12] = {MW_BOS};
    int values[2] = {person, micro_world_fact(person, (enum micro_world_attribute)attribute)};
    int n = micro_world_say(ids, 1, micro_world_fact_form[attribute][form], values);
    cut(p, ids, n, attribute == MW_WEARS && form == 0 ? 3 : 2);
}

static void probe_sum(struct micro_world_probe *p, struct rng *r) {
    int a = rng_below(r, 10), b = rng_below(r, 10), zero = micro_world_class[MW_NUMBER].first, ids[8] = {MW_BOS};
    int values[3] = {zero + a, zero + b, zero + a + b};
    cut(p, ids, micro_world_say(ids, 1, micro_world_sum_form[0], values), 2);
}

static void probe_list(struct micro_world_probe *p, bool reverse, struct rng *r) {
    static const enum micro_world_class classes[4] = {MW_PET, MW_FOOD, MW_COLOUR, MW_OBJECT};
    int words[3], ids[10] = {MW_BOS};
    micro_world_draw_list(words, 3, classes[rng_below(r, 4)], true, r);
    int n = micro_world_say(ids, 1, reverse ? "reverse" : "repeat", NULL);
    for (int i = 0; i < 3; i++) ids[n++] = words[i];
    n = micro_world_say(ids, n, "=", NULL);
    for (int i = 0; i < 3; i++) ids[n++] = words[reverse ? 2 - i : i];
    n = micro_world_say(ids, n, ".", NULL);
    cut(p, ids, n, 4);
}

static void probe_count(struct micro_world_probe *p, struct rng *r) {
    int word, how_many, ids[12] = {MW_BOS};
    micro_world_draw_count(&word, &how_many, true, r);
    int n = micro_world_say(ids, 1, "count", NULL);
    for (int i = 0; i < how_many; i++) ids[n++] = word;
    n = micro_world_say(ids, n, "= N .", (int[]){micro_world_class[MW_NUMBER].first + how_many});
    cut(p, ids, n, 2);
}

static void probe_recall(struct micro_world_probe *p, int count, struct rng *r) {
    int ids[26] = {MW_BOS}, found[7] = {draw_person(r)};
    micro_world_draw_things(found + 1, count, true, r);
    int n = micro_world_say(ids, 1, micro_world_found_form[count - 1], found), which = rng_below(r, count);
    int told[3] = {draw_person(r), found[1 + 2 * which], found[2 + 2 * which]};
    cut(p, ids, micro_world_say(ids, n, micro_world_single_form[0], told), 2);
}

struct micro_world_probe micro_world_probe(enum micro_world_probe_kind kind, struct rng *r) {
    struct micro_world_probe p = {0};
    if (kind == MW_PROBE_FACT) probe_fact(&p, r);
    else if (kind == MW_PROBE_SUM) probe_sum(&p, r);
    else if (kind == MW_PROBE_REPEAT || kind == MW_PROBE_REVERSE) probe_list(&p, kind == MW_PROBE_REVERSE, r);
    else if (kind == MW_PROBE_COUNT) probe_count(&p, r);
    else probe_recall(&p, kind == MW_PROBE_RECALL_3 ? 3 : 1, r);
    return p;
}
