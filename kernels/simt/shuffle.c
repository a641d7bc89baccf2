// Shuffles, votes and matches: what each lane of a warp learns of the others.
#include <string.h>

#include "simt/runtime.h"

enum { INDEX, UP, DOWN, XOR };  // simt_shuffle's modes
enum { MAX_BYTES = 16 };

static const char *const shuffle_name[] = {"__shfl_sync", "__shfl_up_sync", "__shfl_down_sync", "__shfl_xor_sync"};

struct shuffle {
    struct thread *thread;
    void *value;
    unsigned size;
    int mode, argument, width;
};

// The lane that `lane` reads, as PTX defines shfl.sync: outside its segment of `width` lanes a lane reads itself.
static int source(const struct shuffle *s, int lane) {
    const int width = s->width, first = lane & ~(width - 1), by = s->argument & (WARP - 1);
    int from = lane;
    switch (s->mode) {
        case INDEX:
            return first + (s->argument & (width - 1));
        case UP:
            from = lane - by;
            break;
        case DOWN:
            from = lane + by;
            break;
        case XOR:
            from = lane ^ by;
            break;
    }
    if (s->mode == UP ? from < first : from >= first + width) return lane;
    return from;
}

// A lane that takes no part gives no defined value. In a tree of __shfl_down_sync the upper lanes read beyond the lanes
// that take part, and nobody reads what they got: that is no mistake, unless the mask promised those lanes.
static bool harmless(const struct shuffle *s, int lane, int from) {
    const bool ended = from % WARP + s->thread->id / WARP * WARP < simt_now.threads && (s->thread->mask >> from & 1);
    return s->mode == DOWN && !ended && (lane & (s->width - 1)) >= (s->argument & (WARP - 1));
}

static void find_absent(const struct shuffle *s, int lane, int from) {
    const struct thread *t = s->thread;
    const char *name = shuffle_name[s->mode];
    simt_self = s->thread;
    if (t->id - lane + from >= simt_now.threads)
        finding_add(SIMT_WARP_MASK, t->pc, 0, "launch whole warps, or shuffle within the lanes that there are",
                    "lane %d reads lane %d by %s, but the last warp of the block has only %d lanes", lane, from, name,
                    simt_now.threads - (t->id - lane));
    else if (t->mask >> from & 1)
        finding_add(SIMT_WARP_MASK, t->pc, 0,
                    "let all lanes of the warp come to the shuffle; those without work bring a 0, say",
                    "lane %d reads lane %d by %s, but that lane has ended", lane, from, name);
    else
        finding_add(SIMT_WARP_MASK, t->pc, 0, "name in the mask every lane that is read, and let it make the same call",
                    "lane %d reads lane %d by %s, but the mask 0x%08x does not name that lane", lane, from, name,
                    t->mask);
    simt_self = NULL;
}

static void shuffle_all(void **arguments, unsigned lanes) {
    char value[WARP][MAX_BYTES];
    for (int i = 0; i < WARP; i++) {
        const struct shuffle *s = arguments[i];
        if (s) memcpy(value[i], s->value, s->size);
    }
    for (int i = 0; i < WARP; i++) {
        const struct shuffle *s = arguments[i];
        if (!s) continue;
        const int from = source(s, i);
        if (lanes >> from & 1) {
            memcpy(s->value, value[from], s->size);
            continue;
        }
        if (!harmless(s, i, from)) find_absent(s, i, from);
        memset(s->value, 0xff, s->size);  // a value that shows: not a number
    }
}

void simt_shuffle(unsigned mask, void *value, unsigned size, int mode, int argument, int width) {
    const uint32_t pc = (uint32_t)(uintptr_t)__builtin_return_address(0);
    if (width < 1 || width > WARP || (width & (width - 1))) {
        finding_add(SIMT_WARP_MASK, pc, 0, "the width is 1, 2, 4, 8, 16 or 32", "%s with a width of %d",
                    shuffle_name[mode], width);
        width = WARP;
    }
    struct shuffle s = {simt_self, value, size, mode, argument, width};
    warp_arrive(mask, shuffle_name[mode], &s, shuffle_all, pc);
}

// ---- votes ----------------------------------------------------------------------------------------------------------
enum { BALLOT, ANY, ALL };  // simt_vote's modes

struct vote {
    bool yes;
    int mode;
    unsigned result;
};

static void vote_all(void **arguments, unsigned lanes) {
    unsigned yes = 0;
    for (int i = 0; i < WARP; i++) {
        const struct vote *v = arguments[i];
        if (v && v->yes) yes |= 1u << i;
    }
    for (int i = 0; i < WARP; i++) {
        struct vote *v = arguments[i];
        if (v) v->result = v->mode == BALLOT ? yes : v->mode == ANY ? yes != 0 : yes == lanes;
    }
}

unsigned simt_vote(unsigned mask, int predicate, int mode) {
    static const char *const name[] = {"__ballot_sync", "__any_sync", "__all_sync"};
    struct vote v = {predicate != 0, mode, 0};
    warp_arrive(mask, name[mode], &v, vote_all, (uint32_t)(uintptr_t)__builtin_return_address(0));
    return v.result;
}

// ---- matches --------------------------------------------------------------------------------------------------------
struct match {
    const void *value;
    unsigned size;
    unsigned lanes, result;  // all, and those with the same value
};

static void match_all(void **arguments, unsigned lanes) {
    for (int i = 0; i < WARP; i++) {
        struct match *m = arguments[i];
        if (!m) continue;
        m->lanes = lanes;
        m->result = 0;
        for (int j = 0; j < WARP; j++) {
            const struct match *other = arguments[j];
            if (other && memcmp(other->value, m->value, m->size) == 0) m->result |= 1u << j;
        }
    }
}

unsigned simt_match(unsigned mask, const void *value, unsigned size, int all, int *pred) {
    struct match m = {value, size, 0, 0};
    warp_arrive(mask, all ? "__match_all_sync" : "__match_any_sync", &m, match_all,
                (uint32_t)(uintptr_t)__builtin_return_address(0));
    if (!all) return m.result;
    *pred = m.result == m.lanes;
    return *pred ? m.lanes : 0;
}
