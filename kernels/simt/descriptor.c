// What the 64 bits say that tell wgmma of a matrix in shared memory, and where its bytes lie then. Layouts have pieces of 16 bytes
// that stay together; so a matrix is a list of them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simt/clock.h"
#include "simt/descriptor.h"
#include "simt/heap.h"

enum { K_BYTES = 32, TURNED_K = 16, GROUP = 8 };
enum { PERIOD = 1024 };                 // of the address, to which the swizzle looks
enum { UNSHIFTED = 0xffff };            // of an address in the place of one by 16: what the leading offset leaves of it
#define RESERVED 0x3ff1c000c000c000ull  // bits 14-15, 30-31, 46-48, 52-61

struct descriptor descriptor_fields(uint64_t bits) {
    static const unsigned spans[4] = {0, 128, 64, 32};
    return (struct descriptor){
        .start = (uint32_t)(bits & 0x3fff) << 4,
        .leading = (uint32_t)(bits >> 16 & 0x3fff) << 4,
        .stride = (uint32_t)(bits >> 32 & 0x3fff) << 4,
        .base = bits >> 49 & 7,
        .span = spans[bits >> 62],
        .reserved = bits & RESERVED,
    };
}

// ---- the layout -----------------------------------------------------------------------------------------------------
// TMA's: the place of 16 bytes in their row is changed by the row's number in a group, which is in the address.
static uint32_t swizzle(uint32_t address, const struct descriptor *d) {
    const uint32_t chunks = d->span / CHUNK;  // in a row
    if (!chunks) return address;
    return address ^ (((address >> 7) - d->base) & (chunks - 1)) * CHUNK;
}

// Of chunk i, counted from the start, before the swizzle.
static uint32_t place(const struct tile *t, const struct descriptor *d, int i) {
    const uint32_t across =
        (uint32_t)(t->turned ? i % (t->rows / GROUP) : i % 2) * CHUNK;  // byte of its row, or of k's
    const uint32_t down = (uint32_t)(t->turned ? i / (t->rows / GROUP) : i / 2);
    if (!t->turned && d->span) return down / GROUP * d->stride + down % GROUP * d->span + across;
    if (!t->turned) return down / GROUP * d->stride + across / CHUNK * d->leading + down % GROUP * CHUNK;
    if (d->span)
        return down / GROUP * d->stride + down % GROUP * d->span + across % d->span + across / d->span * d->leading;
    return down / GROUP * d->leading + down % GROUP * CHUNK + across / CHUNK * d->stride;
}

struct placed {
    int32_t at;
    int chunk;
};
static int by_place(const void *a, const void *b) {
    const struct placed *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : x->chunk - y->chunk;
}

static void join(struct tile *t) {
    struct placed sorted[MOST_CHUNKS];
    for (int i = 0; i < t->chunks; i++) sorted[i] = (struct placed){t->at[i], i};
    qsort(sorted, (size_t)t->chunks, sizeof *sorted, by_place);
    t->ranges = t->twice[0] = t->twice[1] = 0;
    for (int i = 0; i < t->chunks; i++) {
        const int32_t at = sorted[i].at,
                      end = t->ranges ? t->range[t->ranges - 1].at + t->range[t->ranges - 1].size : 0;
        if (t->ranges && at < end) {
            if (!t->twice[1]) t->twice[0] = sorted[i - 1].chunk, t->twice[1] = sorted[i].chunk;
            t->range[t->ranges - 1].size = at + CHUNK - t->range[t->ranges - 1].at;
        } else if (t->ranges && at == end) t->range[t->ranges - 1].size += CHUNK;
        else t->range[t->ranges].at = at, t->range[t->ranges++].size = CHUNK;
    }
    t->lowest = sorted[0].at, t->lowest_chunk = sorted[0].chunk;
    t->end = sorted[t->chunks - 1].at + CHUNK, t->last_chunk = sorted[t->chunks - 1].chunk;
}

static void lay_out(struct tile *t, const struct descriptor *d) {
    const uint32_t start = d->start % PERIOD;
    t->chunks = t->turned ? TURNED_K * t->rows / GROUP : 2 * t->rows;
    for (int i = 0; i < t->chunks; i++) t->at[i] = (int32_t)(swizzle(start + place(t, d, i), d) - start);
    join(t);
}

const struct tile *descriptor_tile(uint64_t bits, int rows, bool turned) {
    enum { KEPT = 64 };
    static struct tile kept[KEPT];
    static int oldest;
    const struct descriptor d = descriptor_fields(bits);
    const uint64_t key = (bits & ~(uint64_t)0xffff) | d.start % PERIOD;
    for (int i = 0; i < KEPT && kept[i].rows; i++)
        if (kept[i].key == key && kept[i].rows == rows && kept[i].turned == turned) return &kept[i];
    struct tile *t = &kept[oldest];
    oldest = (oldest + 1) % KEPT;
    *t = (struct tile){.key = key, .rows = rows, .turned = turned};
    lay_out(t, &d);
    return t;
}

// ---- what is wrong --------------------------------------------------------------------------------------------------
static struct words describe_chunk(const struct tile *t, int i) {
    struct words w;
    if (t->turned)
        snprintf(w.text, sizeof w.text, "k %d, from number %d on,", i / (t->rows / GROUP),
                 i % (t->rows / GROUP) * GROUP);
    else snprintf(w.text, sizeof w.text, "row %d, byte %d of k,", i / 2, i % 2 * CHUNK);
    return w;
}

static struct words describe_fields(const struct descriptor *d) {
    struct words w;
    char swizzled[40] = "no swizzle";
    if (d->span) snprintf(swizzled, sizeof swizzled, "a swizzle of %u bytes", d->span);
    snprintf(w.text, sizeof w.text, "leading offset %u, stride offset %u, %s", d->leading, d->stride, swizzled);
    return w;
}

// What is usual in this layout.
static struct words usual(const struct tile *t, const struct descriptor *d) {
    struct words w;
    if (!t->turned && d->span)
        snprintf(w.text, sizeof w.text,
                 "with k in a row and a swizzle of %u bytes the stride offset is that of 8 rows, 8 * %u = %u bytes; "
                 "the leading offset is not used",
                 d->span, d->span, 8 * d->span);
    else if (!t->turned)
        snprintf(w.text, sizeof w.text,
                 "without a swizzle 8 rows of 16 bytes lie together: the leading offset leads to the next 16 bytes of "
                 "k, the stride offset to the next 8 rows, and neither is below 128 bytes");
    else if (d->span)
        snprintf(w.text, sizeof w.text,
                 "turned, with a swizzle of %u bytes, the stride offset leads to the next 8 k's (8 * %u = %u bytes, "
                 "where they follow), the leading offset to the next %u numbers",
                 d->span, d->span, 8 * d->span, d->span / 2);
    else
        snprintf(w.text, sizeof w.text,
                 "turned, without a swizzle, 8 k's of 16 bytes lie together: the stride offset leads to the next 8 "
                 "numbers, the leading offset to the next 8 k's, and neither is below 128 bytes");
    return w;
}

#define SHIFT_THEM "addresses and offsets are told in units of 16 bytes: (address & 0x3ffff) >> 4, offset >> 4"

static void find_reserved(const struct descriptor *d, uint64_t bits, const char *name, uint32_t pc) {
    const int first = __builtin_ctzll(d->reserved);
    memory_finding(SIMT_DESCRIPTOR, pc, 0, SHIFT_THEM,
                   "bit %d of the descriptor of %s (0x%016llx) is set, which belongs to no field: %s", first, name,
                   (unsigned long long)bits,
                   first < 16   ? "the start address is in bits 0 to 13"
                   : first < 32 ? "the leading offset is in bits 16 to 29"
                   : first < 49 ? "the stride offset is in bits 32 to 45"
                                : "the base offset is in bits 49 to 51, the swizzle in bits 62 and 63");
}

static bool holds(const struct shared_variable *v, uintptr_t start, const struct tile *t) {
    const uintptr_t first = start + (uintptr_t)(intptr_t)t->lowest, end = start + (uintptr_t)(intptr_t)t->end;
    return v && first >= SHARED_BASE + v->start && end <= SHARED_BASE + v->start + v->size;
}

// The matrix is not where the descriptor says, but where its lowest bits are the address of a tile: nobody has shifted it.
static bool find_unshifted(const struct descriptor *d, uint64_t bits, const struct tile *t, const char *name, int rank,
                           uint32_t pc) {
    const uintptr_t meant = (uintptr_t)shared_unpacked((uint32_t)bits & UNSHIFTED, rank);
    const uint32_t tiles = d->span ? 8 * d->span : 128;  // begin at multiples of it
    if (!meant || bits % tiles || !holds(shared_find(meant), meant, t)) return false;
    memory_finding(SIMT_DESCRIPTOR, pc, 0, SHIFT_THEM,
                   "the descriptor of %s says that it starts at address 0x%05x; the same bits, not shifted right by 4, "
                   "are the address of %s",
                   name, d->start, describe_memory(meant, 0, pc).text);
    return true;
}

static void find_nowhere(const struct descriptor *d, uint64_t bits, const char *name, uint32_t pc) {
    memory_finding(SIMT_DESCRIPTOR, pc, 0, "make the start of ptx_shared(p): (ptx_shared(p) & 0x3ffff) >> 4",
                   "the descriptor of %s (0x%016llx) says that it starts at address 0x%05x, where no variable of this "
                   "block is",
                   name, (unsigned long long)bits, d->start);
}

static void find_leaves(const struct descriptor *d, const struct tile *t, const char *name, uintptr_t start,
                        const struct shared_variable *v, uint32_t pc) {
    const bool before = start + (uintptr_t)(intptr_t)t->lowest < SHARED_BASE + v->start;
    const int chunk = before ? t->lowest_chunk : t->last_chunk;
    memory_finding(SIMT_DESCRIPTOR, pc, 0, usual(t, d).text,
                   "the descriptor of %s starts at %s; by its fields (%s) %s lies %s", name,
                   describe_memory(start, 0, pc).text, describe_fields(d).text, describe_chunk(t, chunk).text,
                   describe_memory(start + (uintptr_t)(intptr_t)t->at[chunk], 0, pc).text);
}

static void find_twice(const struct descriptor *d, const struct tile *t, const char *name, uint32_t pc) {
    char second[sizeof(struct words)];
    snprintf(second, sizeof second, "%s", describe_chunk(t, t->twice[1]).text);
    memory_finding(SIMT_DESCRIPTOR, pc, 0, usual(t, d).text,
                   "by the descriptor of %s (%s) %s and %s lie at the same place", name, describe_fields(d).text,
                   describe_chunk(t, t->twice[0]).text, second);
}

// A product's bytes of a row of the swizzle, from the start on: they do not go on in another.
static bool find_step(const struct descriptor *d, const struct tile *t, const char *name, uint32_t pc) {
    const uint32_t row = 2u * (unsigned)t->rows < d->span ? 2u * (unsigned)t->rows : d->span;
    const uint32_t needs = t->turned ? row : K_BYTES, into = d->span ? d->start % d->span : 0;
    if (!d->span || into + needs <= d->span) return false;
    memory_finding(SIMT_DESCRIPTOR, pc, 0, "let each step start at a multiple of the bytes that a product takes",
                   "the descriptor of %s starts at byte %u of a row of %u bytes, and takes %u from there on", name,
                   into, d->span, needs);
    return true;
}

// The swizzle's pattern has 8 rows, and begins where the address is a multiple of them.
static void check_pattern(const struct descriptor *d, const char *name, uintptr_t start, uint32_t pc) {
    const uint32_t pattern = d->start - d->start % d->span, period = 8 * d->span;
    const uint32_t base = pattern % period ? pattern >> 7 & 7 : 0;  // that would be right
    char fix[160];
    if (base == d->base && (base || pattern % period == 0)) return;
    snprintf(fix, sizeof fix,
             "align the tile to %u bytes: __align__(%u), and in dynamic shared memory round its start up", period,
             period);
    if (d->base == 0)
        memory_finding(SIMT_DESCRIPTOR, pc, 0, fix,
                       "%s starts at %s, whose address (0x%05x) is no multiple of %u, where the pattern of a %u-byte "
                       "swizzle begins, and the base offset is 0",
                       name, describe_memory(start, 0, pc).text, d->start, period, d->span);
    else
        memory_finding(SIMT_DESCRIPTOR, pc, 0,
                       "tell the base offset only of a tile that is not aligned so: 0 as a rule",
                       "the descriptor of %s says base offset %u, but its address (0x%05x) is of row %u of the pattern",
                       name, d->base, d->start, base);
}

// TMA has written the tile with another swizzle. Where somebody else wrote last, nothing is known.
static void check_loaded(const struct descriptor *d, const char *name, uintptr_t start, uint32_t pc) {
    unsigned span;
    uint32_t load;
    struct cell *last;
    const struct cell *first = shadow_cells(start, CHUNK, &last);
    if (!first || !tma_brought(start, &span, &load) || span == d->span || first->write.pc != load) return;
    char swizzle[40] = "no swizzle";
    if (span) snprintf(swizzle, sizeof swizzle, "a swizzle of %u bytes", span);
    memory_finding(SIMT_DESCRIPTOR, pc, load, "give the tensor map and the descriptor the same swizzle",
                   "TMA wrote %s with %s (%s), and the descriptor of %s says %s%s", describe_memory(start, 0, pc).text,
                   swizzle, describe_line(load, pc).text, name,
                   d->span ? d->span == 128  ? "128"
                             : d->span == 64 ? "64"
                                             : "32"
                           : "none",
                   d->span ? " bytes" : "");
}

uintptr_t descriptor_start(uint64_t bits, const struct tile *t, const char *name, int rank, uint32_t pc) {
    const struct descriptor d = descriptor_fields(bits);
    const uintptr_t start = (uintptr_t)shared_unpacked(d.start, rank);
    const struct shared_variable *v = start ? shared_find(start) : NULL;
    const bool inside = holds(v, start, t);
    if (d.reserved) find_reserved(&d, bits, name, pc);
    else if (t->twice[1]) find_twice(&d, t, name, pc);
    else if (!inside && find_unshifted(&d, bits, t, name, rank, pc)) return 0;
    else if (!v) find_nowhere(&d, bits, name, pc);
    else if (find_step(&d, t, name, pc)) return inside ? start : 0;
    else if (!inside) find_leaves(&d, t, name, start, v, pc);
    else {
        if (d.span) check_pattern(&d, name, start, pc);
        if (simt_instrumented) check_loaded(&d, name, start, pc);
    }
    return inside ? start : 0;
}
