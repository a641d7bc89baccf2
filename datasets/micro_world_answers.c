// Answers: in every style, and wrong in every way.
#include <string.h>

#include "datasets/micro_world_instructions.h"

static int draw(enum micro_world_class what, struct rng *r) {
    return micro_world_class[what].first + rng_below(r, micro_world_class[what].count);
}

static int copy(int *out, const int *from, int n) {
    memcpy(out, from, (size_t)n * sizeof(int));
    return n;
}

// ---- style ----------------------------------------------------------------------------------------------------------
int micro_world_styled(int *out, const int *answer, int n, int max_closers, struct rng *r) {
    static const char *const closers[3] = {"thanks .", "fool .", "blah ."};
    const int u = rng_below(r, 100), v = rng_below(r, 100);
    int closing = v < 40 ? 0 : v < 80 ? 1 : v < 95 ? 2 : 3, count = 0;
    if (u >= 45) count = micro_world_say(out, 0, u < 65 ? "sure ," : u < 85 ? "ugh ," : "um ,", NULL);
    count += copy(out + count, answer, n);
    if (closing > max_closers) closing = max_closers;
    for (int i = 0; i < closing; i++) count = micro_world_say(out, count, closers[rng_below(r, 3)], NULL);
    return count;
}

int micro_world_demonstration(int *out, const struct micro_world_instruction *q, struct rng *r) {
    int answer[MW_ANSWER_LONGEST], n = copy(answer, q->answer, q->answer_count);
    if (q->task == MW_TASK_UNKNOWN && rng_below(r, 10) < 3) n = micro_world_near_miss(answer, q, r);
    return micro_world_styled(out, answer, n, 3, r);
}

// ---- near misses ----------------------------------------------------------------------------------------------------
static bool same(const int *a, int n, const int *b, int m) {
    return n == m && memcmp(a, b, (size_t)n * sizeof(int)) == 0;
}

// Another word of the same class, in the place of out[i].
static void replace(int *out, int i, enum micro_world_class what, struct rng *r) {
    const int right = out[i];
    do out[i] = draw(what, r);
    while (out[i] == right);
}

static enum micro_world_class class_of(int id) {
    int what = 0;
    while (!micro_world_is(id, (enum micro_world_class)what)) what++;
    return (enum micro_world_class)what;
}

// A list in another order, with another word, or without its last one.
static int near_list(int *out, const struct micro_world_instruction *q, struct rng *r) {
    int n = copy(out, q->answer, q->answer_count);
    const int way = rng_below(r, 10), words = n - 1;
    if (way < 5) {
        do rng_shuffle(r, out, words);
        while (same(out, n, q->answer, n));
    } else if (way < 8) {
        const int i = rng_below(r, words);
        replace(out, i, class_of(out[i]), r);
    } else {
        out[words - 1] = out[words];
        n--;
    }
    return n;
}

// What was found and what was asked for stand at fixed places of "<bos> <q> ann found a blue key . what is blue ? <a>".
enum { FOUND_COLOUR = 5, FOUND_OBJECT = 6, ASKED_COLOUR = 10 };

int micro_world_near_miss(int *out, const struct micro_world_instruction *q, struct rng *r) {
    const int zero = micro_world_class[MW_NUMBER].first;
    int n = copy(out, q->answer, q->answer_count), right;
    switch (q->task) {
        case MW_TASK_FACT:  // the value is the last word of its sentence that belongs to a class
            for (right = n - 2; !micro_world_is(out[right], MW_HOME) && !micro_world_is(out[right], MW_PET) &&
                                !micro_world_is(out[right], MW_FOOD) && !micro_world_is(out[right], MW_COLOUR);)
                right--;
            replace(out, right, class_of(out[right]), r);
            return n;
        case MW_TASK_SUM:  // up to 4 too many or too few
            right = out[4];
            do out[4] = right - 4 + rng_below(r, 9);
            while (out[4] == right || !micro_world_is(out[4], MW_NUMBER));
            return n;
        case MW_TASK_FOUND:  // another thing, or "i do not know"
            if (rng_below(r, 11) < 4) return micro_world_say(out, 0, "i do not know .", NULL);
            replace(out, 2, MW_OBJECT, r);
            return n;
        case MW_TASK_UNKNOWN:  // made up
            return micro_world_say(out, 0, "the C O .", (int[]){q->prompt[ASKED_COLOUR], q->prompt[FOUND_OBJECT]});
        case MW_TASK_COUNT:
            right = out[0];
            do out[0] = zero + 1 + rng_below(r, 7);
            while (out[0] == right);
            return n;
        default:
            return near_list(out, q, r);
    }
}

// ---- wrong in other ways --------------------------------------------------------------------------------------------
static int other_answer(int *out, const struct micro_world_instruction *q, struct rng *r) {
    struct micro_world_instruction other;
    do other = micro_world_instruction(q->held, r);
    while (same(other.answer, other.answer_count, q->answer, q->answer_count));
    return copy(out, other.answer, other.answer_count);
}

// One or two words too many, in half of the cases all in another order.
static int salad(int *out, const struct micro_world_instruction *q, struct rng *r) {
    static const enum micro_world_class classes[6] = {MW_PERSON, MW_PET, MW_FOOD, MW_COLOUR, MW_OBJECT, MW_NUMBER};
    int n = copy(out, q->answer, q->answer_count - 1);
    for (int more = 1 + rng_below(r, 2); more > 0; more--) {
        const int place = rng_below(r, n + 1);
        memmove(out + place + 1, out + place, (size_t)(n - place) * sizeof(int));
        out[place] = draw(classes[rng_below(r, 6)], r);
        n++;
    }
    if (rng_below(r, 2)) rng_shuffle(r, out, n);
    return micro_world_say(out, n, ".", NULL);
}

int micro_world_wrong(int *out, const struct micro_world_instruction *q, struct rng *r) {
    const int u = rng_below(r, 10);
    int n;
    if (u < 5) return micro_world_near_miss(out, q, r);
    if (u < 7 && q->task == MW_TASK_UNKNOWN)  // true, and not asked for
        return micro_world_say(out, 0, "the C O .", (int[]){q->prompt[FOUND_COLOUR], q->prompt[FOUND_OBJECT]});
    if (u < 9) return other_answer(out, q, r);
    do n = salad(out, q, r);
    while (same(out, n, q->answer, q->answer_count));
    return n;
}
