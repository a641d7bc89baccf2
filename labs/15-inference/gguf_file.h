// GGUF, the file format of llama.cpp (Gerganov 2023; ggml's docs/gguf.md): one file for everything that a model needs.
// All numbers have their lowest byte first; a string is its length (8 bytes) and its bytes.
//
//     "GGUF", version (4 bytes: 3), number of tensors (8), number of pairs (8)
//     pairs:    key (string), kind (4), value. An array is the kind of its items (4), their number (8), and they
//     tensors:  name (string), dimensions (4), their sizes (8 each, the innermost first), type (4), place (8)
//     zeros up to the next multiple of general.alignment (32 where no pair says so); places count from here
//     the numbers, every tensor at a multiple of the alignment
//
// Here is the format itself, without a thought of what a model is; that is in gguf.h. The machine is taken to be
// little-endian too.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "10-tokenizer/tokenizer.h"
#include "15-inference/inference.h"
#include "common/common.h"
#include "datasets/source.h"

enum { GGUF_MAX_DIMS = 4, GGUF_MAX_PAIRS = 1 << 16, GGUF_MAX_TENSORS = 1 << 16, GGUF_ALIGNMENT = 32 };

struct gguf_string {
    const char *data;  // in the file: no zero ends it
    size_t size;
};
bool gguf_is(struct gguf_string s, const char *other);
// s between quotes, for a message: what no terminal shows becomes ?, and 60 bytes are enough.
struct gguf_shown {
    char text[68];
};
struct gguf_shown gguf_show(struct gguf_string s);

// ---- gguf_types.c: in which types tensors keep their numbers --------------------------------------------------------
struct gguf_type {
    const char *name;       // "Q4_0"
    uint32_t id;            // as in files
    size_t numbers, bytes;  // of a block
    int ours;               // enum number_type, or -1: known by its size only
};
const struct gguf_type *gguf_type_of_id(uint32_t id);            // NULL: none
const struct gguf_type *gguf_type_of(enum number_type type);     // never NULL
size_t gguf_type_bytes(const struct gguf_type *type, size_t n);  // of n numbers, whole blocks
// n numbers to floats and back; whole blocks. data is at a multiple of 2 bytes.
void gguf_to_floats(float *out, enum number_type type, const void *data, size_t n);
void gguf_from_floats(void *out, enum number_type type, const float *x, size_t n);

// ---- gguf_read.c ----------------------------------------------------------------------------------------------------
enum gguf_kind {
    GGUF_U8,
    GGUF_I8,
    GGUF_U16,
    GGUF_I16,
    GGUF_U32,
    GGUF_I32,
    GGUF_F32,
    GGUF_BOOL,
    GGUF_STRING,
    GGUF_ARRAY,
    GGUF_U64,
    GGUF_I64,
    GGUF_F64,
    GGUF_KINDS
};
struct gguf_pair {
    struct gguf_string key;
    enum gguf_kind kind;  // of the value; of its items, if it is an array
    bool array;
    size_t count;               // items; 1 if it is no array
    const unsigned char *data;  // the first item. Nothing says that it lies at a multiple of its size
    size_t at;                  // its byte in the file
};
struct gguf_tensor {
    struct gguf_string name;
    const struct gguf_type *type;
    int dims;                     // 1..4
    size_t shape[GGUF_MAX_DIMS];  // the outermost first: a matrix is rows, columns
    size_t count, bytes;
    const unsigned char *data;
    size_t at;  // the byte in the file where its entry of the table is
};
struct gguf {
    char *path;
    unsigned char *bytes;  // the whole file. Not read into memory but mapped: a page comes when it is first looked at
    size_t size;
    uint32_t version;
    size_t alignment, data_at;
    struct gguf_pair *pair;
    struct gguf_tensor *tensor;
    int pairs, tensors;
};
// Opens a file and checks all of it but the tensors' numbers: afterwards every string, item and tensor lies in the
// file. Memory is taken only for what has been seen to be there. On a fault returns false, with g empty and the file,
// the byte, what was expected and what was found in error: other versions than 2 and 3, a file cut short, a key or a
// tensor twice, kinds and types that nobody knows, tensors that overlap or lie at no multiple of the alignment.
bool gguf_open(struct gguf *g, const char *path, char *error, size_t error_size);
void gguf_close(struct gguf *g);  // leaves g empty; an empty one is fine

const struct gguf_pair *gguf_find_pair(const struct gguf *g, const char *key);       // NULL: none
const struct gguf_tensor *gguf_find_tensor(const struct gguf *g, const char *name);  // NULL: none
// The string at *at, which moves on to the one behind it. For a pair: *at starts as p->data, p->count times.
struct gguf_string gguf_next_string(const unsigned char **at);
const char *gguf_kind_name(enum gguf_kind kind);               // "u32"
size_t gguf_kind_size(enum gguf_kind kind);                    // bytes of an item; 0: it depends
struct gguf_shown gguf_show_value(const struct gguf_pair *p);  // "llama", 64, 3 items of kind f32

// ---- gguf_fields.c: pairs of a kind that is expected ----------------------------------------------------------------
// The first fault is told in fault, and makes ok false. A pair that is missing is no fault if there is something to
// take its place (missing).
struct gguf_fields {
    const struct gguf *file;
    struct source fault;
    bool ok;  // starts as true
};
enum { GGUF_REQUIRED = -2 };
void gguf_refuse(struct gguf_fields *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The same, after the place of a pair; "found" and what is there follow.
void gguf_refuse_pair(struct gguf_fields *f, const struct gguf_pair *p, const char *expected, ...)
    __attribute__((format(printf, 3, 4)));
int gguf_whole(struct gguf_fields *f, const char *key, int min, int max, int missing);  // of any kind of whole number
float gguf_real(struct gguf_fields *f, const char *key, float missing);                 // above 0; F32 or F64
bool gguf_bool(struct gguf_fields *f, const char *key, bool missing);
struct gguf_string gguf_text(struct gguf_fields *f, const char *key);  // size 0: none
// An array of such items, or NULL: there is none (a fault if it is required) or a fault.
const struct gguf_pair *gguf_array(struct gguf_fields *f, const char *key, enum gguf_kind kind, bool required);

// ---- gguf_write.c ---------------------------------------------------------------------------------------------------
// Pairs first, then all tensors are announced, then their numbers follow in the same order:
//     struct gguf_writer w;
//     gguf_begin(&w, "model.gguf");
//     gguf_put_text(&w, "general.architecture", "llama");
//     gguf_announce(&w, "output_norm.weight", TYPE_F32, 1, (size_t[]){64});
//     gguf_write_floats(&w, norm);
//     gguf_end(&w);
// The file is whole or absent (out_file of labs/common). All of these die, and name the file and the reason, where the
// disk is full or refuses.
struct gguf_writer {
    struct out_file out;
    struct bytes pairs, tensors;  // the file's first two tables
    uint64_t pair_count, tensor_count;
    struct gguf_planned {
        enum number_type type;
        size_t count;
    } * planned;        // (tensor_count)
    size_t data_bytes;  // of the tensors announced
    uint64_t written;   // tensors
};
void gguf_begin(struct gguf_writer *w, const char *path);
void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t value);
void gguf_put_f32(struct gguf_writer *w, const char *key, float value);
void gguf_put_bool(struct gguf_writer *w, const char *key, bool value);
void gguf_put_text(struct gguf_writer *w, const char *key, const char *text);
void gguf_put_texts(struct gguf_writer *w, const char *key, const struct bytes *text, const struct cuts *ends);
void gguf_put_floats(struct gguf_writer *w, const char *key, const float *x, size_t count);
void gguf_put_ints(struct gguf_writer *w, const char *key, const int *x, size_t count);
void gguf_announce(struct gguf_writer *w, const char *name, enum number_type type, int dims, const size_t *shape);
void gguf_write_floats(struct gguf_writer *w, const float *values);  // the next tensor
void gguf_end(struct gguf_writer *w);
