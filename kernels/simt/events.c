// From the accesses of 32 lanes, which ran one after the other, to the requests of a warp, which a GPU runs at once.
//
// Every lane logs what it does until it stops. When all have stopped, row i of the log holds access i of every lane. Lanes
// that took the same path have the same keys there: a row is a request. From the first row on where they differ, the k-th
// time that a lane passes a place is paired with the k-th time of the others.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

enum {
    USUAL_ROWS = 256,  // then the others catch up: what was logged is still in the cache when it is counted
    MOST_ROWS = 4096,  // so many where the lanes differ: pairs are only found within the log
};

bool simt_counting = true;

struct event_log simt_events;
static unsigned room;  // rows that there is memory for
static bool full;      // some lane waits for the others

static void request(uint64_t key, const uintptr_t *address, int lanes) {
    traffic_request((uint32_t)key, key >> 40 & 255, key >> 48, key >> 32 & 255, address, lanes);
}

static void set_rows(unsigned rows) {
    simt_events.rows = rows;
    if (rows <= room) return;
    room = rows;
    simt_events.key = realloc(simt_events.key, rows * sizeof *simt_events.key);
    simt_events.address = realloc(simt_events.address, rows * sizeof *simt_events.address);
    if (!simt_events.key || !simt_events.address) abort();
}

void event_wait(int lane) {
    while (simt_events.length[lane] == simt_events.rows) {
        full = true;
        simt_pause();
    }
}

// ---- pairing where the paths differ -------------------------------------------------------------------------------------
struct pair {  // the k-th time of some place
    uint64_t key;
    int lanes, next;  // next: the k+1-th, -1: none
    uintptr_t address[WARP];
};
struct site {
    uint64_t key;
    int first, last, cursor;  // pairs; cursor: where the lane is that is looked at, -1: past the last
    int lane;                 // whose cursor it is
};
static struct {
    struct pair *pair;
    int pairs, pair_room;
    struct site *site;  // open addressing by key; 0: free
    size_t sites, used;
} pairing;

static struct site *site_of(uint64_t key) {
    size_t i = (key * 0x9e3779b97f4a7c15ull) >> 40;
    for (;; i++) {
        struct site *s = &pairing.site[i & (pairing.sites - 1)];
        if (s->key == key || s->key == 0) return s;
    }
}

static void reserve_site(void) {
    if (2 * pairing.used + 2 < pairing.sites) return;
    struct site *old = pairing.site;
    size_t old_sites = pairing.sites;
    pairing.sites = old_sites ? 2 * old_sites : 256;
    pairing.site = calloc(pairing.sites, sizeof *pairing.site);
    if (!pairing.site) abort();
    for (size_t i = 0; i < old_sites; i++)
        if (old[i].key) *site_of(old[i].key) = old[i];
    free(old);
}

static int new_pair(uint64_t key) {
    if (pairing.pairs == pairing.pair_room) {
        pairing.pair_room = pairing.pair_room ? 2 * pairing.pair_room : 256;
        pairing.pair = realloc(pairing.pair, (size_t)pairing.pair_room * sizeof *pairing.pair);
        if (!pairing.pair) abort();
    }
    struct pair *p = &pairing.pair[pairing.pairs];
    p->key = key;
    p->lanes = 0;
    p->next = -1;
    return pairing.pairs++;
}

static void pair_access(uint64_t key, int lane, uintptr_t address) {
    reserve_site();
    struct site *s = site_of(key);
    if (!s->key) {
        *s = (struct site){key, -1, -1, -1, lane};
        pairing.used++;
    }
    if (s->lane != lane) s->cursor = s->first, s->lane = lane;
    if (s->cursor < 0) {
        int added = new_pair(key);
        if (s->last >= 0) pairing.pair[s->last].next = added;
        if (s->first < 0) s->first = added;
        s->cursor = s->last = added;
    }
    struct pair *p = &pairing.pair[s->cursor];
    p->address[p->lanes++] = address;
    s->cursor = p->next;
}

static void pair_rest(unsigned from) {
    for (int lane = 0; lane < WARP; lane++)
        for (unsigned row = from; row < simt_events.length[lane]; row++)
            pair_access(simt_events.key[row][lane], lane, simt_events.address[row][lane]);
    for (int i = 0; i < pairing.pairs; i++)
        request(pairing.pair[i].key, pairing.pair[i].address, pairing.pair[i].lanes);
    pairing.pairs = 0;
    pairing.used = 0;
    if (pairing.sites) memset(pairing.site, 0, pairing.sites * sizeof *pairing.site);
}

// ---- a warp has stopped -----------------------------------------------------------------------------------------------
// The lanes that have a log, and the rows that each of them has.
static unsigned common_rows(int lanes[WARP], int *count, unsigned *longest) {
    unsigned shortest = simt_events.rows;
    *count = 0;
    *longest = 0;
    for (int lane = 0; lane < WARP; lane++) {
        unsigned length = simt_events.length[lane];
        if (!length) continue;
        lanes[(*count)++] = lane;
        if (length < shortest) shortest = length;
        if (length > *longest) *longest = length;
    }
    return shortest;
}

static bool same_keys(unsigned row, const int *lanes, int count) {
    const uint64_t *key = simt_events.key[row];
    uint64_t differ = 0;
    if (count == WARP)
        for (int i = 0; i < WARP; i++) differ |= key[i] ^ key[0];
    else
        for (int i = 1; i < count; i++) differ |= key[lanes[i]] ^ key[lanes[0]];
    return differ == 0;
}

static void count_row(unsigned row, const int *lanes, int count) {
    const uintptr_t *address = simt_events.address[row];
    uintptr_t packed[WARP];
    if (count < WARP) {
        for (int i = 0; i < count; i++) packed[i] = address[lanes[i]];
        address = packed;
    }
    request(simt_events.key[row][lanes[0]], address, count);
}

void events_flush(void) {
    int lanes[WARP], count;
    unsigned longest, rows = common_rows(lanes, &count, &longest), same = 0;
    if (count == 0) return;
    while (same < rows && same_keys(same, lanes, count)) same++;
    bool wait = full && same < longest && simt_events.rows < MOST_ROWS;
    full = false;
    if (wait) {  // pairs may still come: read on
        set_rows(4 * simt_events.rows);
        return;
    }
    for (unsigned row = 0; row < same; row++) count_row(row, lanes, count);
    if (same < longest) pair_rest(same);
    memset(simt_events.length, 0, sizeof simt_events.length);
    set_rows(USUAL_ROWS);
}

void events_begin_launch(void) {
    const char *wanted = getenv("SIMT_COUNTERS");
    simt_counting = !wanted || strcmp(wanted, "0") != 0;
    memset(simt_events.length, 0, sizeof simt_events.length);
    full = false;
    set_rows(USUAL_ROWS);
}
