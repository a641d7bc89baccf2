// safetensors: named arrays of numbers in a file that holds nothing else, so that reading one can run no code. The
// format (Hugging Face 2022, github.com/huggingface/safetensors): 8 bytes, little-endian: the length of the header;
// the header, JSON; then the numbers of all arrays, one after the other, without gaps.
//     {"__metadata__": {"step": "1200"}, "head": {"dtype": "F32", "shape": [17, 12], "data_offsets": [0, 816]}}
// data_offsets are bytes from the end of the header. The machine is taken to be little-endian too.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/common.h"

enum { SAFETENSORS_MAX_DIMS = 8, SAFETENSORS_MAX_TENSORS = 16384, SAFETENSORS_MAX_HEADER = 100000000 };

// In order of their size: five of 1 byte, four of 2, three of 4, three of 8.
enum safetensors_type {
    ST_BOOL,
    ST_U8,
    ST_I8,
    ST_F8_E5M2,
    ST_F8_E4M3,
    ST_U16,
    ST_I16,
    ST_F16,
    ST_BF16,
    ST_U32,
    ST_I32,
    ST_F32,
    ST_U64,
    ST_I64,
    ST_F64
};
const char *safetensors_type_name(enum safetensors_type type);  // "F32"
size_t safetensors_type_size(enum safetensors_type type);       // 4

struct safetensors_tensor {
    const char *name;
    enum safetensors_type type;
    int dims;  // 0..8; 0: a single number
    size_t shape[SAFETENSORS_MAX_DIMS];
    size_t count;  // how many numbers: the product of the shape
    size_t at;     // its first byte, counted from the end of the header
    size_t bytes;  // count * safetensors_type_size(type)
};

// ---- safetensors.c: reading -----------------------------------------------------------------------------------------
// The functions that return bool return false on any fault, with the file, the place, what was expected and what was
// found in error (error_size bytes at most, cut to fit).
struct safetensors {
    int count;
    struct safetensors_tensor *tensor;  // (count), in the order in which they lie in the file
    char *path;
    FILE *file;
    size_t data_at;         // the byte of the file where the numbers start
    struct json_t *header;  // holds the names and the metadata
};
// Opens the file and checks the whole header: the numbers stay in the file until they are asked for. Refused, with s
// left empty, are files that are shorter or longer than the header says, a header of more than 100 MB or that is no
// JSON, a name twice, offsets that overlap, leave a gap or do not fit the shape, unknown types, more than 8 dimensions
// or 16384 tensors.
bool safetensors_open(struct safetensors *s, const char *path, char *error, size_t error_size);
void safetensors_close(struct safetensors *s);  // leaves s empty; an empty one is fine

const struct safetensors_tensor *safetensors_find(const struct safetensors *s, const char *name);  // NULL: none
const char *safetensors_metadata(const struct safetensors *s, const char *key);                    // NULL: none

// out (t->count) = the numbers of a tensor of type F32, F16 or BF16, as floats. t is one of s.
bool safetensors_read_floats(float *out, const struct safetensors *s, const struct safetensors_tensor *t, char *error,
                             size_t error_size);
// out (t->bytes bytes) = the numbers as they lie in the file, of any type: I32 are ints, U64 uint64_t, ...
bool safetensors_read_raw(void *out, const struct safetensors *s, const struct safetensors_tensor *t, char *error,
                          size_t error_size);

// ---- safetensors_write.c: writing -----------------------------------------------------------------------------------
// First everything is announced, then the numbers follow in the same order, each tensor when it is at hand:
//     struct safetensors_writer w;
//     safetensors_begin(&w, dir, "model.safetensors");
//     safetensors_put_metadata(&w, "step", "1200");
//     safetensors_announce(&w, "head", ST_F32, 2, (size_t[]){17, 12});
//     safetensors_write_floats(&w, "head", head);
//     safetensors_end(&w);
// The file is whole or absent, and a file of that name stays as it was until safetensors_end: written by out_file
// (labs/common). All of these die, and name the file and the reason, where the disk is full or refuses. They also die,
// as a fault of the program, on a name twice, a tensor out of order or missing, and a type that would not lie at a
// multiple of its size: announce the larger types first. The metadata always have "format": "pt", which transformers
// asks for.
struct safetensors_writer {
    struct out_file out;
    int count, written;
    size_t bytes;  // of the tensors announced so far
    bool started;  // the header is in the file
    struct json_t *header;
    struct safetensors_tensor *tensor;
};
void safetensors_begin(struct safetensors_writer *w, const char *dir, const char *name);
void safetensors_put_metadata(struct safetensors_writer *w, const char *key, const char *value);
void safetensors_announce(struct safetensors_writer *w, const char *name, enum safetensors_type type, int dims,
                          const size_t *shape);
// The next tensor, announced as F32, or as BF16 or F16: then the numbers are rounded, by bf16_round (bf16.c) or
// f16_from_float.
void safetensors_write_floats(struct safetensors_writer *w, const char *name, const float *values);
// The next tensor, of any type, as it lies in memory.
void safetensors_write_raw(struct safetensors_writer *w, const char *name, const void *values);
void safetensors_end(struct safetensors_writer *w);

// ---- half_floats.c: floats of two bytes -----------------------------------------------------------------------------
// BF16 is the upper half of a float: its 8 bits of exponent and 7 of the 23 of fraction. F16 (IEEE 754) has 5 and 10.
float bf16_to_float(uint16_t x);
void bf16_from_floats(uint16_t *out, const float *x, size_t n);  // rounded by bf16_round (bf16.c)
float f16_to_float(uint16_t x);
// The nearest F16, ties to even; what is too large for it becomes infinite.
uint16_t f16_from_float(float x);
