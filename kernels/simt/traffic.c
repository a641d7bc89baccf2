// What a request costs: sectors of global memory, wavefronts of shared memory, summed per place in the program.
//
//   global   memory moves in sectors of 32 bytes; a request costs those that its lanes touch
//   shared   32 banks give a word of 4 bytes each at once (a wavefront); lanes that want the same word share it. A
//            request costs as many wavefronts as its fullest bank has different words. Accesses of 8 bytes go by 16
//            lanes at a time, of 16 bytes by 8; of a load whose lanes T and T^1 want the same address throughout, or T
//            and T^2, twice as many lanes. An atomic has its bank for itself: lanes that change the same word wait.
// After NVIDIA: "CUDA C++ Best Practices Guide", sections on global and on shared memory; for wide loads (there of sm_70
// and sm_75) the second post of forums.developer.nvidia.com/t/unexpected-shared-memory-bank-conflict/77228.
#include <stdlib.h>
#include <string.h>

#include "simt/runtime.h"

enum { BANKS = 32, WORD = 4, SECTOR = 32 };

static struct {
    struct traffic_line *line;
    int lines, room;
    int *slot;     // open addressing: index + 1 into line, 0: free
    size_t slots;  // a power of two
    uint64_t atomics;
} traffic;

// ---- sectors --------------------------------------------------------------------------------------------------------
static void sort(uintptr_t *a, int n) {
    for (int i = 1; i < n; i++) {
        uintptr_t x = a[i];
        int j = i;
        for (; j > 0 && a[j - 1] > x; j--) a[j] = a[j - 1];
        a[j] = x;
    }
}

static int sectors_of_bytes(size_t bytes) {
    return (int)((bytes + SECTOR - 1) / SECTOR);
}

// Sectors and different addresses, of addresses that do not go down.
static int sectors_sorted(const uintptr_t *a, int lanes, unsigned size, int *different) {
    uintptr_t done = (a[0] + size - 1) / SECTOR;  // the last sector that is counted
    int sectors = (int)(done - a[0] / SECTOR) + 1;
    *different = 1;
    for (int i = 1; i < lanes; i++) {
        *different += a[i] != a[i - 1];
        uintptr_t first = a[i] / SECTOR, last = (a[i] + size - 1) / SECTOR;
        sectors += (int)(last - done) - (first > done ? (int)(first - done) - 1 : 0);
        done = last;
    }
    return sectors;
}

// The same of addresses in any order that lie near each other: marks them on a map of this neighbourhood.
enum { NEAR = 2048 };
static int sectors_near(uintptr_t start, const uintptr_t *a, int lanes, unsigned size, int *different) {
    static uint32_t seen[NEAR], now;
    uint64_t sectors = 0;
    *different = 0;
    now++;
    for (int i = 0; i < lanes; i++) {
        unsigned at = (unsigned)(a[i] - start);
        *different += seen[at] != now;
        seen[at] = now;
        sectors |= 1ull << at / SECTOR | 1ull << (at + size - 1) / SECTOR;
    }
    return __builtin_popcountll(sectors);
}

int global_sectors(const uintptr_t *a, int lanes, unsigned size, int *ideal) {
    int down = 0, across = 0, sectors_up = 1, different = 1;
    for (int i = 0; i < lanes; i++) across += (a[i] & (size - 1)) != 0;
    for (int i = 1; i < lanes; i++) {
        down += a[i] < a[i - 1];
        different += a[i] != a[i - 1];
        sectors_up += a[i] / SECTOR != a[i - 1] / SECTOR;
    }
    if (!down && !across) {  // the usual case, and the compiler makes vectors of it
        *ideal = sectors_of_bytes((size_t)different * size);
        return sectors_up;
    }
    if (!down) {
        int sectors = sectors_sorted(a, lanes, size, &different);
        *ideal = sectors_of_bytes((size_t)different * size);
        return sectors;
    }
    uintptr_t low = a[0], high = a[0];
    for (int i = 1; i < lanes; i++) {
        low = a[i] < low ? a[i] : low;
        high = a[i] > high ? a[i] : high;
    }
    low -= low % SECTOR;
    int sectors;
    if (high + size - low <= NEAR) {
        sectors = sectors_near(low, a, lanes, size, &different);
    } else {
        uintptr_t sorted[WARP];
        memcpy(sorted, a, (size_t)lanes * sizeof *a);
        sort(sorted, lanes);
        sectors = sectors_sorted(sorted, lanes, size, &different);
    }
    *ideal = sectors_of_bytes((size_t)different * size);
    return sectors;
}

// ---- wavefronts -----------------------------------------------------------------------------------------------------
// The different words in the fullest bank. Without conflicts each bank has one owner.
static int fullest_bank(uintptr_t *word, int n) {
    uintptr_t owner[BANKS];
    uint32_t owned = 0;
    bool conflict = false;
    for (int i = 0; i < n; i++) {
        unsigned bank = word[i] % BANKS;
        if (owned >> bank & 1) {
            conflict |= owner[bank] != word[i];
        } else {
            owned |= 1u << bank;
            owner[bank] = word[i];
        }
    }
    if (!conflict) return 1;
    uint8_t words[BANKS] = {0};
    int most = 0;
    sort(word, n);
    for (int i = 0; i < n; i++) {
        if (i > 0 && word[i] == word[i - 1]) continue;
        int count = ++words[word[i] % BANKS];
        if (count > most) most = count;
    }
    return most;
}

static int wavefronts_of(const uintptr_t *addresses, int lanes, int words, int together, int *ideal) {
    int wavefronts = 0;
    *ideal = 0;
    for (int from = 0; from < lanes; from += together) {
        uintptr_t word[2 * BANKS];
        int n = 0;
        for (int i = from; i < lanes && i < from + together; i++)
            for (int w = 0; w < words; w++) word[n++] = addresses[i] / WORD + (uintptr_t)w;
        wavefronts += fullest_bank(word, n);
        ++*ideal;
    }
    return wavefronts;
}

static int words_of(unsigned size) {
    return size <= WORD ? 1 : (int)size / WORD;
}

// Lanes T and T^by want the same address throughout.
static bool are_pairs(const uintptr_t *addresses, int lanes, int by) {
    for (int i = 0; i < lanes; i++)
        if ((i ^ by) >= lanes || addresses[i] != addresses[i ^ by]) return false;
    return true;
}

// Words that lie within 32 next to each other lie in different banks.
static bool in_a_row(const uintptr_t *addresses, int lanes) {
    int low = 0, high = 0;
    for (int i = 1; i < lanes; i++) {
        int from_first = (int)(addresses[i] / WORD - addresses[0] / WORD);
        low = from_first < low ? from_first : low;
        high = from_first > high ? from_first : high;
    }
    return high - low < BANKS;
}

int shared_wavefronts(const uintptr_t *addresses, int lanes, unsigned size, int *ideal) {
    if (size <= WORD && in_a_row(addresses, lanes)) return *ideal = 1;
    int words = words_of(size), together = BANKS / words;
    if (words > 1 && (are_pairs(addresses, lanes, 1) || are_pairs(addresses, lanes, 2))) together *= 2;
    return wavefronts_of(addresses, lanes, words, together, ideal);
}

static int store_wavefronts(const uintptr_t *addresses, int lanes, unsigned size, int *ideal) {
    return wavefronts_of(addresses, lanes, words_of(size), BANKS / words_of(size), ideal);
}

static int atomic_wavefronts(const uintptr_t *addresses, int lanes, unsigned size, int *ideal) {
    int lane[BANKS] = {0}, most = 0;
    for (int i = 0; i < lanes; i++) {
        int count = ++lane[addresses[i] / WORD % BANKS];
        if (count > most) most = count;
    }
    *ideal = size > WORD && lanes > BANKS / 2 ? 2 : 1;
    return most > *ideal ? most : *ideal;
}

// ---- places ---------------------------------------------------------------------------------------------------------
static int *slot_of(uint32_t pc, int how, bool shared, unsigned size) {
    size_t i = (pc + (unsigned)how * 7 + size * 31 + shared) * 2654435761u >> 8;
    for (;; i++) {
        int *slot = &traffic.slot[i & (traffic.slots - 1)];
        if (*slot == 0) return slot;
        const struct traffic_line *l = &traffic.line[*slot - 1];
        if (l->pc == pc && l->how == how && l->shared == shared && l->size == size) return slot;
    }
}

static void make_room(void) {
    if (2 * (size_t)traffic.lines + 2 < traffic.slots) return;
    traffic.slots = traffic.slots ? 2 * traffic.slots : 512;
    free(traffic.slot);
    traffic.slot = calloc(traffic.slots, sizeof *traffic.slot);
    if (!traffic.slot) abort();
    for (int i = 0; i < traffic.lines; i++) {
        const struct traffic_line *l = &traffic.line[i];
        *slot_of(l->pc, l->how, l->shared, l->size) = i + 1;
    }
}

static struct simt_traffic *place_of(uint32_t pc, int how, bool shared, unsigned size) {
    if (!traffic.slots) make_room();
    int *slot = slot_of(pc, how, shared, size);
    if (*slot) return &traffic.line[*slot - 1].traffic;
    make_room();
    if (traffic.lines == traffic.room) {
        traffic.room = traffic.room ? 2 * traffic.room : 64;
        traffic.line = realloc(traffic.line, (size_t)traffic.room * sizeof *traffic.line);
        if (!traffic.line) abort();
    }
    struct traffic_line *l = &traffic.line[traffic.lines++];
    *l = (struct traffic_line){.pc = pc, .how = (uint8_t)how, .size = (uint8_t)size, .shared = shared};
    *slot_of(pc, how, shared, size) = traffic.lines;
    return &l->traffic;
}

void traffic_request(uint32_t pc, int how, bool shared, unsigned size, const uintptr_t *addresses, int lanes) {
    if (!simt_counting || lanes <= 0) return;
    int ideal, moved = !shared               ? global_sectors(addresses, lanes, size, &ideal)
                       : how & ACCESS_ATOMIC ? atomic_wavefronts(addresses, lanes, size, &ideal)
                       : how & ACCESS_WRITE  ? store_wavefronts(addresses, lanes, size, &ideal)
                                             : shared_wavefronts(addresses, lanes, size, &ideal);
    struct simt_traffic *t = place_of(pc, how, shared, size);
    t->requests++;
    t->lanes += (unsigned)lanes;
    t->bytes += (unsigned)lanes * size;
    t->moved += (unsigned)moved;
    t->ideal += (unsigned)ideal;
}

void traffic_begin_launch(void) {
    traffic.lines = 0;
    if (traffic.slots) memset(traffic.slot, 0, traffic.slots * sizeof *traffic.slot);
}

void traffic_add(struct simt_traffic *to, const struct simt_traffic *t) {
    to->requests += t->requests;
    to->lanes += t->lanes;
    to->bytes += t->bytes;
    to->moved += t->moved;
    to->ideal += t->ideal;
}

struct traffic_line *traffic_end_launch(struct simt_counters *counters, int *lines) {
    for (int i = 0; i < traffic.lines; i++) {
        const struct traffic_line *l = &traffic.line[i];
        struct simt_traffic *both = l->shared ? counters->shared : counters->global;
        traffic_add(&both[l->how & ACCESS_WRITE ? SIMT_STORE : SIMT_LOAD], &l->traffic);
        if (l->how & ACCESS_ATOMIC) counters->atomics += l->traffic.requests;
    }
    *lines = traffic.lines;
    struct traffic_line *copy = malloc((size_t)(traffic.lines + 1) * sizeof *copy);
    if (!copy) abort();
    if (traffic.lines) memcpy(copy, traffic.line, (size_t)traffic.lines * sizeof *copy);
    traffic.lines = 0;
    return copy;
}
