// The box that a TMA instruction copies: its rows in global memory, and where they lie in shared memory.
//
// A box's rows follow each other in shared memory. With a swizzle, the pieces of 16 bytes change places within each span: the number
// of the piece is xored with bits 7 to 9 of the address (PTX ISA, "Swizzling modes"), so that a column of pieces lies in different banks.
//   span 128 bytes: bits 4-6 ^= bits 7-9      span 64: bits 4-5 ^= bits 7-8      span 32: bit 4 ^= bit 7
#include <stdio.h>
#include <string.h>

#include "simt/tensor_map.h"

struct box box_of(const struct tensor_map *map, const int *at) {
    struct box b = {.map = *map, .rows = 1};
    for (int d = 0; d < map->rank; d++) {
        b.at[d] = at[d];
        b.count[d] = (map->box[d] + map->step[d] - 1) / map->step[d];
        if (d) b.rows *= b.count[d];
    }
    b.row = (size_t)b.count[0] * map->element;
    b.bytes = b.row * (size_t)b.rows;
    return b;
}

struct box_row box_row(const struct box *b, int r) {
    const struct tensor_map *m = &b->map;
    struct box_row row = {.start = m->start};
    for (int d = 1; d < m->rank; r /= b->count[d], d++) {
        const int64_t at = b->at[d] + (int64_t)(r % b->count[d]) * m->step[d];
        if (at < 0 || (uint64_t)at >= m->size[d]) return (struct box_row){0, 0, 0};
        row.start += (uint64_t)at * m->stride[d - 1];
    }
    int64_t first = b->at[0] > 0 ? b->at[0] : 0, end = b->at[0] + b->count[0];
    if (end > (int64_t)m->size[0]) end = (int64_t)m->size[0];
    if (end <= first) return (struct box_row){0, 0, 0};
    row.start += (uint64_t)first * m->element;
    row.skip = (size_t)(first - b->at[0]) * m->element;
    row.size = (size_t)(end - first) * m->element;
    return row;
}

// The simulator's addresses agree with a GPU's in the bits that count (shared.c).
uintptr_t box_place(const struct box *b, uintptr_t to, size_t offset) {
    const uintptr_t address = to + offset, mask = b->map.span ? b->map.span / 16u - 1 : 0;
    return address ^ (address >> 7 & mask) << 4;
}

size_t box_real_bytes(const struct box *b) {
    size_t bytes = 0;
    for (int r = 0; r < b->rows; r++) bytes += box_row(b, r).size;
    return bytes;
}

size_t box_piece(size_t offset, size_t size) {
    const size_t left = 16 - offset % 16;
    return left < size ? left : size;
}

void box_each_range(const struct box *b, uintptr_t place, void (*take)(uintptr_t at, size_t size, void *),
                    void *context) {
    uintptr_t start = place, end = place;
    for (int r = 0; r < b->rows; r++) {
        const struct box_row row = box_row(b, r);
        const uintptr_t base = place + (size_t)r * b->row;
        if (row.size == b->row) {  // within whole rows a swizzle changes nothing
            if (end != base) {
                if (end > start) take(start, end - start, context);
                start = base;
            }
            end = base + b->row;
            continue;
        }
        for (size_t i = 0, n; i < row.size; i += n) {
            n = box_piece(row.skip + i, row.size - i);
            take(box_place(b, place, (size_t)r * b->row + row.skip + i), n, context);
        }
    }
    if (end > start) take(start, end - start, context);
}

void box_row_load(const struct box *b, int r, uintptr_t to) {
    const struct box_row row = box_row(b, r);
    const size_t base = (size_t)r * b->row;
    for (size_t i = 0; i < b->row; i += 16) memset((void *)box_place(b, to, base + i), 0, 16);
    for (size_t i = 0, n; i < row.size; i += n) {
        n = box_piece(row.skip + i, row.size - i);
        memcpy((void *)box_place(b, to, base + row.skip + i), (const void *)(row.start + i), n);
    }
}

struct words box_words(const struct box *b) {
    struct words w;
    size_t n = (size_t)snprintf(w.text, sizeof w.text, "the box at (");
    for (int d = 0; d < b->map.rank; d++)
        n += (size_t)snprintf(w.text + n, sizeof w.text - n, "%s%lld", d ? ", " : "", (long long)b->at[d]);
    snprintf(w.text + n, sizeof w.text - n, ")");
    return w;
}
