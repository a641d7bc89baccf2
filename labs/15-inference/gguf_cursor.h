// Inside of gguf_read.c and its parts: a GGUF file, read from its start to its end.
#pragma once
#include "15-inference/gguf_file.h"

// ---- gguf_cursor.c: bytes, one after the other ----------------------------------------------------------------------
struct gguf_cursor {
    struct gguf *g;
    struct source fault;
    size_t at;      // the byte that comes next
    char what[96];  // what is being read, for messages: metadata "llama.block_count"
};
// The next `size` bytes, or NULL with the fault told.
const unsigned char *gguf_take(struct gguf_cursor *r, size_t size, const char *expected);
bool gguf_take_u32(uint32_t *value, struct gguf_cursor *r, const char *expected);
bool gguf_take_u64(uint64_t *value, struct gguf_cursor *r, const char *expected);
bool gguf_take_string(struct gguf_string *s, struct gguf_cursor *r, const char *expected);
// Tells of a name that comes twice. The order of name (count) is lost.
bool gguf_check_names(struct gguf_cursor *r, struct gguf_string *name, int count, const char *what);

// ---- gguf_pairs.c, gguf_table.c: the two tables at the start --------------------------------------------------------
bool gguf_read_pairs(struct gguf_cursor *r, int count);
bool gguf_read_table(struct gguf_cursor *r, int count);
