// What a CUtensorMap holds here, and the boxes that TMA copies by it: tensor_map.c, box.c, tma.c, tma_store.c.
#pragma once
#include "simt/heap.h"
#include "simt/hopper.h"
#include "simt/include/cuda.h"

enum { MAX_RANK = 5 };
struct tensor_map {
    uint64_t magic;      // TENSOR_MAP: it was encoded
    uint32_t pc;         // where
    uint8_t type, rank;  // CUtensorMapDataType
    uint8_t element;     // bytes
    uint8_t span;        // of the swizzle, in bytes: 32, 64 or 128; 0: none
    uintptr_t start;
    uint64_t stride[MAX_RANK - 1];  // bytes, of dimensions 1 and on
    uint64_t size[MAX_RANK];        // elements
    uint16_t box[MAX_RANK];         // elements
    uint8_t step[MAX_RANK];
};
_Static_assert(sizeof(struct tensor_map) <= sizeof(CUtensorMap), "it must fit");
#define TENSOR_MAP 0x70616d20726f736eull

// The map that an instruction with `dimensions` coordinates copies by. Ends the launch, after a finding, where a GPU would.
// what: "a TMA load", ...
const struct tensor_map *tensor_map_of(const void *map, int dimensions, const char *what, uint32_t pc);
// What a map describes: "the map of line 12 (64 x 32 numbers of 2 bytes)", innermost first.
struct words tensor_map_words(const struct tensor_map *m, uint32_t pc);

// ---- box.c: the part of a tensor that one instruction copies -------------------------------------------------------------
struct box {
    struct tensor_map map;
    int64_t at[MAX_RANK];
    int count[MAX_RANK];  // elements in each dimension
    size_t row, bytes;    // of a row, the innermost dimension; of all
    int rows;
};
struct box box_of(const struct tensor_map *map, const int *at);
// Row r: `size` bytes from global address `start` on lie in the tensor, the first at byte `skip` of the row; others do not exist.
struct box_row {
    uintptr_t start;
    size_t skip, size;
};
struct box_row box_row(const struct box *b, int r);
size_t box_real_bytes(const struct box *b);   // that lie in the tensor
struct words box_words(const struct box *b);  // "the box at (64, 0)"
// Where byte `offset` of a box lies that begins at `to` in shared memory, and how many from there on, at most `size`, lie together.
uintptr_t box_place(const struct box *b, uintptr_t to, size_t offset);
size_t box_piece(size_t offset, size_t size);
// Copies a row's bytes from global memory to shared memory.
void box_row_load(const struct box *b, int r, uintptr_t to);
// The bytes of a box at `place` in shared memory that lie in the tensor, as few ranges.
void box_each_range(const struct box *b, uintptr_t place, void (*take)(uintptr_t at, size_t size, void *),
                    void *context);

// ---- box_check.c: they end the launch, after a finding, where a GPU would ------------------------------------------------
void box_check(const struct box *b, uintptr_t place, const char *what,
               uint32_t pc);                                     // does it fit into shared memory there?
void box_check_tensor(const struct tensor_map *m, uint32_t pc);  // is the tensor device memory that lives?
// Accesses of simt_self to global memory; how: as in runtime.h. The largest one at this address, at most `size` bytes.
unsigned box_step(uintptr_t address, size_t size);
void box_touch(uintptr_t address, unsigned size, int how, uint32_t pc);
void box_touch_row(const struct box *b, int r, int how, uint32_t pc);

// ---- tma_global.c: stores, as global memory sees them --------------------------------------------------------------------
void global_on_its_way(const struct box *b, uintptr_t from, uint32_t pc);  // a store was asked for, from this box
void global_arrived(const struct box *b, uint32_t pc);                     // by simt_self
void global_given_up(const struct box *b);                                 // it never arrives
void sum_check(const struct tensor_map *m, uint32_t pc);                   // can TMA add such elements?
void global_add(const struct box *b, const unsigned char *data, uint32_t pc);

// ---- tma_store.c ----------------------------------------------------------------------------------------------------
void tma_store_begin_block(void);
void tma_store_end_block(void);
