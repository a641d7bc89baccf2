// Where the tensors of transformers' files lie in the array of our parameters: what reading (hf_weights.c) and writing
// (hf_weights_write.c) share.
#pragma once
#include "13-transformer/transformer.h"
#include "common/common.h"

// A tensor of theirs and where its rows lie in our array.
struct hf_piece {
    char name[96];
    bool transposed;    // theirs is (cols,rows)
    size_t rows, cols;  // ours; cols 0: a vector
    size_t at, count;   // its first number, and how many
};
struct hf_pieces {
    struct hf_piece *piece;
    int count;
};
extern const char hf_head_name[];  // "lm_head.weight": outside of what the prefix names
// Every tensor of theirs, in the order of our array. prefix: "transformer." or "model.", or "", as in files made of the
// model without its head. The caller frees .piece.
struct hf_pieces hf_list_pieces(const struct gpt_config *c, const char *prefix);
const char *hf_usual_prefix(const struct gpt_config *c);
int hf_piece_shape(size_t shape[2], const struct hf_piece *p);  // theirs; returns the number of dimensions
// out (cols,rows) = in (rows,cols), turned.
void hf_transpose(float *out, const float *in, size_t rows, size_t cols);
