// What TMA stores do to global memory: the marks that tell who wrote what, and sums.
//
// From the store on, its bytes count as written by the thread that asked, and as still on their way: who reads or writes them
// before that thread has waited is told so.
#include <string.h>

#include "simt/tensor_map.h"

// ---- marks ----------------------------------------------------------------------------------------------------------
static void mark(uintptr_t start, size_t size, const struct mark *m) {
    struct allocation *a = heap_find(start);
    if (!a || !a->shadow || !size) return;
    const unsigned shift = a->shadow->shift;
    for (size_t c = (start - a->start) >> shift; c <= (start + size - 1 - a->start) >> shift; c++)
        a->shadow->cells[c].write = *m;
}

static void mark_box(const struct box *b, const struct mark *m) {
    for (int r = 0; r < b->rows; r++) {
        const struct box_row row = box_row(b, r);
        mark(row.start, row.size, m);
    }
}

// Where a race is in doubt, the checks compare the memory before and after the write (race.c): so it is written now.
static void write_row(const struct box *b, int r, uintptr_t from, uint32_t pc) {
    const struct box_row row = box_row(b, r);
    for (size_t i = 0, n; i < row.size; i += n) {
        const size_t offset = (size_t)r * b->row + row.skip + i;
        n = box_step(row.start + i, box_piece(offset, row.size - i));
        box_touch(row.start + i, (unsigned)n, ACCESS_WRITE, pc);
        if (shadow_now.careful & DOUBT) memcpy((void *)(row.start + i), (const void *)box_place(b, from, offset), n);
    }
}

void global_on_its_way(const struct box *b, uintptr_t from, uint32_t pc) {
    for (int r = 0; r < b->rows; r++) write_row(b, r, from, pc);
    race_settle();
    mark_box(b, &(struct mark){.epoch = PENDING, .pc = pc});
}

void global_arrived(const struct box *b, uint32_t pc) {
    mark_box(b, &(struct mark){shadow_now.epoch, pc, shadow_now.tick, (uint16_t)simt_self->id});
}

void global_given_up(const struct box *b) {
    mark_box(b, &(struct mark){0, 0, 0, 0});
}

// ---- sums -----------------------------------------------------------------------------------------------------------
void sum_check(const struct tensor_map *m, uint32_t pc) {
    switch (m->type) {
        case CU_TENSOR_MAP_DATA_TYPE_FLOAT16:
        case CU_TENSOR_MAP_DATA_TYPE_BFLOAT16:
        case CU_TENSOR_MAP_DATA_TYPE_FLOAT32:
        case CU_TENSOR_MAP_DATA_TYPE_INT32:
        case CU_TENSOR_MAP_DATA_TYPE_UINT32:
            return;
        default:
            memory_finding(SIMT_UNSUPPORTED, pc, m->pc, "take half, bfloat16, float, int or unsigned",
                           "a TMA reduction of elements of another type");
            simt_kill(cudaErrorIllegalInstruction);
    }
}

static void add_16(unsigned char *to, const unsigned char *more, bool bf16) {
    uint16_t a, b;
    memcpy(&a, to, 2), memcpy(&b, more, 2);
    const double x = bf16 ? simt_bf16_to_float(a) : simt_half_to_float(a);
    const double y = bf16 ? simt_bf16_to_float(b) : simt_half_to_float(b);
    a = bf16 ? simt_sum_to_bf16(x + y, x, y) : simt_sum_to_half(x + y, x, y);
    memcpy(to, &a, 2);
}

static void add_float(unsigned char *to, const unsigned char *more) {
    float a, b;
    memcpy(&a, to, 4), memcpy(&b, more, 4);
    a += b;
    memcpy(to, &a, 4);
}

static void add_int(unsigned char *to, const unsigned char *more) {
    uint32_t a, b;
    memcpy(&a, to, 4), memcpy(&b, more, 4);
    a += b;
    memcpy(to, &a, 4);
}

static void add_element(const struct tensor_map *m, unsigned char *to, const unsigned char *more) {
    if (m->element == 2) add_16(to, more, m->type == CU_TENSOR_MAP_DATA_TYPE_BFLOAT16);
    else if (m->type == CU_TENSOR_MAP_DATA_TYPE_FLOAT32) add_float(to, more);
    else add_int(to, more);
}

void global_add(const struct box *b, const unsigned char *data, uint32_t pc) {
    for (int r = 0; r < b->rows; r++) {
        const struct box_row row = box_row(b, r);
        if (simt_instrumented) box_touch_row(b, r, ACCESS_WRITE | ACCESS_ATOMIC, pc);
        for (size_t i = 0; i < row.size; i += b->map.element)
            add_element(&b->map, (unsigned char *)row.start + i, data + (size_t)r * b->row + row.skip + i);
    }
}
