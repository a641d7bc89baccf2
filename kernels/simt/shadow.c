// The cells' memory, and the clock: when the threads of a block have met, what came before is in order.
#define _GNU_SOURCE
#include "simt/shadow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "simt/clock.h"
#include "simt/heap.h"

struct shadow_time shadow_now = {.epoch = 1};

// ---- cells ----------------------------------------------------------------------------------------------------------
struct shadow shadow_in(void *room, size_t size) {
    return (struct shadow){.cells = room, .size = size, .shift = 2};
}

static size_t room_for(size_t size) {
    return (size + 16) * sizeof(struct cell);
}

// Addresses for a cell per byte are reserved; memory is used where cells are touched.
struct shadow *shadow_make(size_t size, bool written) {
    struct shadow *s = malloc(sizeof *s);
    void *cells =
        mmap(NULL, room_for(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!s || cells == MAP_FAILED) fatal_memory("out of memory for the checks of device memory");
    *s = shadow_in(cells, size);
    if (written && !(s->written = calloc(size / 8 + 3, 1)))
        fatal_memory("out of memory for the checks of device memory");
    return s;
}

void shadow_free(struct shadow *s) {
    if (!s) return;
    munmap(s->cells, room_for(s->size));
    free(s->written);
    free(s);
}

static bool untouched(const struct cell *c) {
    return !(c->write.epoch | c->read.epoch);
}

// In place, from the end: where nothing was touched, no memory is touched now.
void shadow_split(struct shadow *s, unsigned shift) {
    unsigned parts = s->shift - shift;
    for (size_t i = ((s->size - 1) >> s->shift) + 1; i-- > 0;) {
        struct cell c = s->cells[i];
        for (size_t d = i << parts; d < (i + 1) << parts; d++)
            if (!untouched(&c) || !untouched(&s->cells[d])) s->cells[d] = c;
    }
    s->shift = shift;
}

// ---- what the host wrote --------------------------------------------------------------------------------------------
static void set_bits(uint8_t *bits, size_t from, size_t count) {
    while (count && from % 8) bits[from / 8] |= (uint8_t)(1 << from % 8), from++, count--;
    memset(bits + from / 8, 0xff, count / 8);
    from += count / 8 * 8, count %= 8;
    for (; count; from++, count--) bits[from / 8] |= (uint8_t)(1 << from % 8);
}

static bool bit(const uint8_t *bits, size_t i) {
    return bits[i / 8] >> i % 8 & 1;
}

static uint8_t *bits_of(uintptr_t address, size_t *offset) {
    struct allocation *a = heap_find(address);
    if (!a || !a->shadow || !a->shadow->written) return NULL;
    *offset = address - a->start;
    return a->shadow->written;
}

void shadow_host_wrote(uintptr_t to, size_t size) {
    size_t offset;
    uint8_t *bits = bits_of(to, &offset);
    if (bits) set_bits(bits, offset, size);
}

void shadow_copy_written(uintptr_t to, uintptr_t from, size_t size) {
    size_t t, f;
    uint8_t *bits = bits_of(to, &t), *source = bits_of(from, &f);
    if (!bits || !source) {
        if (bits) set_bits(bits, t, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t one = (uint8_t)(1 << (t + i) % 8);
        bits[(t + i) / 8] = (uint8_t)((bits[(t + i) / 8] & ~one) | (bit(source, f + i) ? one : 0));
    }
}

// The size of an element, for counting: the largest access up to 8 bytes, so that the padding of a struct is not missed.
static size_t element_size(const struct shadow *s) {
    for (unsigned size = 8; size > 1; size /= 2)
        if (s->sizes & size) return size;
    return s->sizes & 16 && !(s->sizes & 1) ? 4 : 1;
}

size_t shadow_never_written(uintptr_t from, size_t size, size_t *first, size_t *element) {
    size_t offset, missing = 0;
    uint8_t *bits = bits_of(from, &offset);
    *element = 1;
    if (!bits) return 0;
    *element = element_size(heap_find(from)->shadow);
    if (offset % *element || size % *element) *element = 1;
    for (size_t i = 0; i < size; i += *element) {
        if ((offset + i) % 8 == 0 && bits[(offset + i) / 8] == 0xff && size - i >= 8) {
            i += 8 - *element;
            continue;
        }
        bool any = false;
        for (size_t b = 0; b < *element; b++) any |= bit(bits, offset + i + b);
        if (any) continue;
        if (missing == 0) *first = i;
        missing += *element;
    }
    return missing;
}

// ---- cp.async -------------------------------------------------------------------------------------------------------
struct cell *shadow_cells(uintptr_t to, size_t size, struct cell **last) {
    const struct shared_variable *v = shared_find(to);
    if (!v || shared_find(to + size - 1) != v) return NULL;
    const struct shadow *s = &shared_at(to)->shadow;
    uintptr_t base = (SHARED_BASE + v->start) & ~(uintptr_t)15;
    *last = &s->cells[(to + size - 1 - base) >> s->shift];
    return &s->cells[(to - base) >> s->shift];
}

static size_t pending;  // cells on whose bytes somebody still waits

void shadow_pending(uintptr_t to, size_t size, uint32_t pc) {
    struct cell *last, *c = shadow_cells(to, size, &last);
    for (; c && c <= last; c++) {
        pending += c->write.epoch != PENDING;
        c->write.epoch = PENDING, c->write.pc = pc;
    }
}

void shadow_landed_by(uintptr_t to, size_t size, struct mark by) {
    struct cell *last, *c = shadow_cells(to, size, &last);
    shadow_now.used = true;
    for (; c && c <= last; c++) {
        if (c->write.epoch != PENDING) continue;
        c->write = by;
        pending--;
    }
}

// They count as written now, by this thread: others need a barrier.
void shadow_landed(uintptr_t to, size_t size, uint32_t pc) {
    shadow_landed_by(to, size, (struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)simt_self->id});
}

void shadow_forget_pending(void) {
    if (!pending) return;
    for (size_t i = 0; i < SHARED_SIZE / SHARED_SLOT; i++) {
        const struct shadow *s = shared_owner[i] ? &shared_owner[i]->shadow : NULL;
        for (size_t k = 0; s && k <= (s->size + 15) >> s->shift; k++)
            if (s->cells[k].write.epoch == PENDING) s->cells[k].write.epoch = 0;
    }
    pending = 0;
}
