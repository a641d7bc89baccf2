// What holds in the micro-world, and what of it is held out. Both are drawn anew at every call, from the same seed: a
// dozen random numbers cost less than a table that somebody must fill first.
#include "datasets/micro_world.h"

enum { PERSONS = 12, VALUES = 8, PAIRS = 45, HELD_PAIRS = 10 };
enum { HELD_FACTS = MW_ATTRIBUTES, HELD_SUMS };  // streams of MW_SEED after those of the facts

int micro_world_fact(int person, enum micro_world_attribute attribute) {
    struct rng r;
    rng_seed(&r, MW_SEED, attribute);
    int value[PERSONS];
    for (int i = 0; i < PERSONS; i++) value[i] = i % VALUES;
    rng_shuffle(&r, value, PERSONS);
    return micro_world_class[MW_HOME + (int)attribute].first + value[person - micro_world_class[MW_PERSON].first];
}

bool micro_world_held_fact(int person, enum micro_world_attribute attribute) {
    struct rng r;
    rng_seed(&r, MW_SEED, HELD_FACTS);
    int held[PERSONS];
    for (int i = 0; i < PERSONS; i++) held[i] = i % MW_ATTRIBUTES;
    rng_shuffle(&r, held, PERSONS);
    return held[person - micro_world_class[MW_PERSON].first] == (int)attribute;
}

// Pairs a < b are held, so that 4 + 3 does not give away 3 + 4.
bool micro_world_held_sum(int a, int b) {
    if (a == b) return false;
    int low = a < b ? a : b, high = a < b ? b : a;
    struct rng r;
    rng_seed(&r, MW_SEED, HELD_SUMS);
    int pairs[PAIRS];
    for (int i = 0; i < PAIRS; i++) pairs[i] = i;
    rng_shuffle(&r, pairs, PAIRS);
    for (int i = 0; i < HELD_PAIRS; i++)
        if (pairs[i] == high * (high - 1) / 2 + low) return true;
    return false;
}

// FNV-1a (Fowler, Noll, Vo 1991) over the ids, as 64 bits.
bool micro_world_held_words(const int *words, int n) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < n; i++) hash = (hash ^ (uint64_t)words[i]) * 0x100000001b3u;
    return (hash >> 32) % 5 == 0;
}

// n different words of a class
static void draw_different(int *words, int n, enum micro_world_class what, struct rng *r) {
    int all[PERSONS], count = micro_world_class[what].count;
    for (int i = 0; i < count; i++) all[i] = micro_world_class[what].first + i;
    rng_shuffle(r, all, count);
    for (int i = 0; i < n; i++) words[i] = all[i];
}

void micro_world_draw_list(int *words, int n, enum micro_world_class what, bool held, struct rng *r) {
    do draw_different(words, n, what, r);
    while (micro_world_held_words(words, n) != held);
}

void micro_world_draw_things(int *things, int count, bool held, struct rng *r) {
    int colours[3], objects[3];
    do {
        draw_different(colours, count, MW_COLOUR, r);
        draw_different(objects, count, MW_OBJECT, r);
        for (int i = 0; i < count; i++) {
            things[2 * i] = colours[i];
            things[2 * i + 1] = objects[i];
        }
    } while (micro_world_held_words(things, 2 * count) != held);
}

void micro_world_draw_count(int *word, int *how_many, bool held, struct rng *r) {
    static const enum micro_world_class counted[3] = {MW_PET, MW_FOOD, MW_OBJECT};
    int pair[2];
    do {
        *how_many = 1 + rng_below(r, 6);
        *word = micro_world_class[counted[rng_below(r, 3)]].first + rng_below(r, VALUES);
        pair[0] = *word;
        pair[1] = micro_world_class[MW_NUMBER].first + *how_many;
    } while (micro_world_held_words(pair, 2) != held);
}
