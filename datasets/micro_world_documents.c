// Documents of the micro-world: what its people would write.
#include "datasets/micro_world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const micro_world_kind_name[MW_KINDS] = {"facts", "story", "sums", "repeat", "reverse", "count"};

// How often what happens, in percent.
enum { MOST_LISTED = 4 };
enum { ZOG_LISTS = 4, TOLD_TOGETHER = 70, JOURNEYS = 50, SPEECHES = 12, ONE_PERSON = 50 };
static const int kind_percent[MW_KINDS] = {18, 40, 9, 13, 13, 7};
static const int things_percent[3] = {50, 35, 15};  // one, two, three things are found

static int pick(enum micro_world_class class, struct rng *r) {
    return micro_world_class[class].first + rng_below(r, micro_world_class[class].count);
}

static bool chance(int percent, struct rng *r) {
    return rng_below(r, 100) < percent;
}

// One of n indices, drawn by its percentage. They add up to 100.
static int pick_by(const int *percent, int n, struct rng *r) {
    int draw = rng_below(r, 100), index = 0;
    while (index < n - 1 && draw >= percent[index]) draw -= percent[index++];
    return index;
}

static int say_fact(int *ids, int n, int person, enum micro_world_attribute attribute, struct rng *r) {
    int values[2] = {person, micro_world_fact(person, attribute)};
    return micro_world_say(ids, n, micro_world_fact_form[attribute][rng_below(r, 2)], values);
}

// Two to four facts about one person, or one kind of fact about several persons.
static int say_facts(int *ids, int n, struct rng *r) {
    int attributes[MW_ATTRIBUTES] = {MW_LIVES, MW_HAS, MW_LIKES, MW_WEARS}, persons[12];
    for (int i = 0; i < 12; i++) persons[i] = micro_world_class[MW_PERSON].first + i;
    rng_shuffle(r, attributes, MW_ATTRIBUTES);
    rng_shuffle(r, persons, 12);
    bool one_person = chance(ONE_PERSON, r);
    int sentences = 2 + rng_below(r, 3);
    for (int i = 0; i < sentences; i++)
        n = say_fact(ids, n, persons[one_person ? 0 : i], (enum micro_world_attribute)attributes[one_person ? i : 0],
                     r);
    return n;
}

static int say_sums(int *ids, int n, struct rng *r) {
    int sentences = 2 + rng_below(r, 3), zero = micro_world_class[MW_NUMBER].first;
    for (int i = 0; i < sentences; i++) {
        int a = rng_below(r, 10), b = rng_below(r, 10);
        n = micro_world_say(ids, n, micro_world_sum_form[rng_below(r, 2)], (int[]){zero + a, zero + b, zero + a + b});
    }
    return n;
}

// Two to MOST_LISTED words. One list in 25 is of zog words: they must not be strangers when chapter 16 teaches what
// they mean.
static int say_list(int *ids, int n, bool reverse, struct rng *r) {
    static const enum micro_world_class classes[4] = {MW_PET, MW_FOOD, MW_COLOUR, MW_OBJECT};
    enum micro_world_class class = chance(ZOG_LISTS, r) ? MW_ZOG : classes[rng_below(r, 4)];
    int words[MOST_LISTED], count = 2 + rng_below(r, MOST_LISTED - 1);
    micro_world_draw_list(words, count, class, false, r);
    n = micro_world_say(ids, n, reverse ? "reverse" : "repeat", NULL);
    for (int i = 0; i < count; i++) ids[n++] = words[i];
    n = micro_world_say(ids, n, "=", NULL);
    for (int i = 0; i < count; i++) ids[n++] = words[reverse ? count - 1 - i : i];
    return micro_world_say(ids, n, ".", NULL);
}

static int say_count(int *ids, int n, struct rng *r) {
    int word, how_many;
    micro_world_draw_count(&word, &how_many, false, r);
    n = micro_world_say(ids, n, "count", NULL);
    for (int i = 0; i < how_many; i++) ids[n++] = word;
    return micro_world_say(ids, n, "= N .", (int[]){micro_world_class[MW_NUMBER].first + how_many});
}

// Words that instructions are made of, so that a model has met them: a style, a question, a request nobody answers.
static int say_speech(int *ids, int n, struct rng *r) {
    n = micro_world_say(ids, n, "P said", (int[]){pick(MW_PERSON, r)});
    int what = rng_below(r, 10);
    if (what < 4) return micro_world_say(ids, n, "W .", (int[]){pick(MW_STYLE, r)});
    if (what < 6) return micro_world_say(ids, n, "i do not know .", NULL);
    if (what < 7) return micro_world_say(ids, n, "say A in zog .", (int[]){pick(MW_PET, r)});
    int person = pick(MW_PERSON, r);
    return micro_world_say(ids, n, micro_world_question_form[rng_below(r, MW_ATTRIBUTES)], &person);
}

// All things (count pairs) together, two or three times.
static int say_all_told(int *ids, int n, const int *things, int count, struct rng *r) {
    int verbs[3], times = count < 3 ? 2 + rng_below(r, 2) : 2;
    for (int i = 0; i < 3; i++) verbs[i] = micro_world_class[MW_VERB].first + i;
    rng_shuffle(r, verbs, 3);
    for (int t = 0; t < times; t++) {
        int values[8] = {pick(MW_PERSON, r), verbs[t]};
        memcpy(values + 2, things, 2 * (size_t)count * sizeof(int));
        n = micro_world_say(ids, n, micro_world_told_form[count - 1], values);
    }
    return n;
}

// One by one, each once, in any order.
static int say_singles(int *ids, int n, const int *things, int count, struct rng *r) {
    int order[3] = {0, 1, 2};
    rng_shuffle(r, order, count);
    for (int i = 0; i < count; i++) {
        int colour = things[2 * order[i]], object = things[2 * order[i] + 1], form = rng_below(r, 3);
        int first =
            form == 2 ? colour : pick(MW_PERSON, r);  // "what is C ? the C O .": a colour where others have a person
        n = micro_world_say(ids, n, micro_world_single_form[form], (int[]){first, colour, object});
    }
    return n;
}

// To anywhere but home.
static int say_journey(int *ids, int n, int hero, struct rng *r) {
    int values[2] = {hero};
    do values[1] = pick(MW_HOME, r);
    while (values[1] == micro_world_fact(hero, MW_LIVES));
    return micro_world_say(ids, n, "one day P went to the H .", values);
}

static int say_story(int *ids, int n, struct rng *r) {
    int hero = pick(MW_PERSON, r), count = 1 + pick_by(things_percent, 3, r);
    bool journey = chance(JOURNEYS, r);
    if (journey) n = say_journey(ids, n, hero, r);
    int found[7] = {hero};
    micro_world_draw_things(found + 1, count, false, r);
    n = micro_world_say(ids, n, micro_world_found_form[count - 1], found);
    n = chance(TOLD_TOGETHER, r) ? say_all_told(ids, n, found + 1, count, r) : say_singles(ids, n, found + 1, count, r);
    if (chance(SPEECHES, r)) return say_speech(ids, n, r);
    if (journey) {
        int values[2] = {hero, micro_world_fact(hero, MW_LIVES)};
        n = micro_world_say(ids, n, "then P went home to the H .", values);
    }
    return n;
}

int micro_world_document_of(int *ids, enum micro_world_kind kind, struct rng *r) {
    int n = 0;
    ids[n++] = MW_BOS;
    if (kind == MW_FACTS) n = say_facts(ids, n, r);
    else if (kind == MW_STORY) n = say_story(ids, n, r);
    else if (kind == MW_SUMS) n = say_sums(ids, n, r);
    else if (kind == MW_COUNT) n = say_count(ids, n, r);
    else n = say_list(ids, n, kind == MW_REVERSE, r);
    ids[n++] = MW_EOS;
    return n;
}

int micro_world_document(int *ids, struct rng *r) {
    return micro_world_document_of(ids, (enum micro_world_kind)pick_by(kind_percent, MW_KINDS, r), r);
}

int micro_world_kind_of(const int *ids, int n) {
    if (n < 3 || ids[0] != MW_BOS) return -1;
    const char *first = micro_world_word(ids[1]), *second = micro_world_word(ids[2]);
    if (strcmp(first, "repeat") == 0) return MW_REPEAT;
    if (strcmp(first, "reverse") == 0) return MW_REVERSE;
    if (strcmp(first, "count") == 0) return MW_COUNT;
    if (micro_world_is(ids[1], MW_NUMBER)) return MW_SUMS;
    bool person = micro_world_is(ids[1], MW_PERSON);
    if (strcmp(first, "one") == 0 || (person && strcmp(second, "found") == 0)) return MW_STORY;
    return person || strcmp(first, "the") == 0 ? MW_FACTS : -1;
}

// ---- how much of it is chance ---------------------------------------------------------------------------------------
// All in nats: a choice among n is log n, one by percentages is the entropy of these.
static double entropy_of(const int *percent, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum -= percent[i] / 100.0 * log(percent[i] / 100.0);
    return sum;
}

static double entropy_of_chance(int percent) {
    return entropy_of((int[]){percent, 100 - percent}, 2);
}

// k different ones of n, in order
static double log_arrangements(int n, int k) {
    double sum = 0;
    for (int i = 0; i < k; i++) sum += log(n - i);
    return sum;
}

static double facts_entropy(void) {
    double one = log(12), other = log(MW_ATTRIBUTES), forms = 3 * log(2), share = ONE_PERSON / 100.0;
    for (int n = 2; n <= 4; n++) {
        one += log_arrangements(MW_ATTRIBUTES, n) / 3;
        other += log_arrangements(12, n) / 3;
    }
    return entropy_of_chance(ONE_PERSON) + log(3) + forms + share * one + (1 - share) * other;
}

// 4 in 5 lists are not held out.
static double list_entropy(void) {
    double sum = log(MOST_LISTED - 1) + entropy_of_chance(ZOG_LISTS) + (1 - ZOG_LISTS / 100.0) * log(4) + log(0.8);
    for (int n = 2; n <= MOST_LISTED; n++) sum += log_arrangements(8, n) / (MOST_LISTED - 1);
    return sum;
}

static double speech_entropy(void) {
    return entropy_of((int[]){40, 20, 10, 30}, 4) + log(12) + 0.4 * log(6) + 0.1 * log(8) + 0.3 * log(4 * 12);
}

// What is told of n things, after they were found.
static double telling_entropy(int n) {
    double share = TOLD_TOGETHER / 100.0, together = n < 3 ? log(2) : 0;
    for (int times = 2; times <= 3; times++) {
        double weight = n < 3 ? 0.5 : times == 2;
        together += weight * (log_arrangements(3, times) + times * log(12));
    }
    double singles = log_arrangements(n, n) + n * (log(3) + 2.0 / 3 * log(12));
    return entropy_of_chance(TOLD_TOGETHER) + share * together + (1 - share) * singles;
}

static double story_entropy(void) {
    double sum = log(12) + entropy_of_chance(JOURNEYS) + JOURNEYS / 100.0 * log(7) + entropy_of(things_percent, 3);
    for (int n = 1; n <= 3; n++)
        sum += things_percent[n - 1] / 100.0 * (2 * log_arrangements(8, n) + log(0.8) + telling_entropy(n));
    return sum + entropy_of_chance(SPEECHES) + SPEECHES / 100.0 * speech_entropy();
}

double micro_world_entropy(void) {
    double of_kind[MW_KINDS] = {
        [MW_FACTS] = facts_entropy(), [MW_STORY] = story_entropy(),  [MW_SUMS] = log(3) + 3 * log(2 * 10 * 10),
        [MW_REPEAT] = list_entropy(), [MW_REVERSE] = list_entropy(), [MW_COUNT] = log(0.8 * 24 * 6)};
    double sum = entropy_of(kind_percent, MW_KINDS);
    for (int k = 0; k < MW_KINDS; k++) sum += kind_percent[k] / 100.0 * of_kind[k];
    return sum;
}

// ---- a corpus -------------------------------------------------------------------------------------------------------
struct micro_world_corpus micro_world_corpus(int tokens, uint64_t seed, uint64_t stream) {
    struct micro_world_corpus c = {0};
    int shortest = 7;  // <bos> count cat = 1 . <eos>
    c.ids = alloc_zeroed((size_t)tokens + MW_LONGEST, sizeof(int));
    c.start = alloc_zeroed((size_t)tokens / (size_t)shortest + 2, sizeof(int));
    struct rng r;
    rng_seed(&r, seed, stream);
    while (c.tokens < tokens) {
        c.tokens += micro_world_document(c.ids + c.tokens, &r);
        c.start[++c.documents] = c.tokens;
    }
    return c;
}

void micro_world_corpus_free(struct micro_world_corpus *c) {
    free(c->ids);
    free(c->start);
    *c = (struct micro_world_corpus){0};
}
