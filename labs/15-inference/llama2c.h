// llama2.c's checkpoints, version 0 (Karpathy 2023, github.com/karpathy/llama2.c): seven ints, then every number as
// float32 in a fixed order. Pairs of RoPE are neighbours there and halves here (chapter 12), so rows of the queries'
// and keys' weights change places. The file has tables of RoPE's angles, which run.c passes over: it knows only the
// base 10000. Here they are read, so that models of another base come back as they were. The norms' eps is always 1e-5.
#pragma once
#include "15-inference/model_file.h"

// The weights; no tokenizer: m->codec stays empty.
bool llama2c_read(struct model_file *m, const char *path, char *error, size_t error_size);
bool llama2c_list(struct model_listing *l, const char *path, char *error, size_t error_size);
// Refuses what the file cannot hold: a GPT-2, another eps. Dies, naming the file, where it cannot be written.
bool llama2c_write(const char *path, const struct model_file *m, char *error, size_t error_size);

// ---- llama2c_layout.c: where the numbers lie ------------------------------------------------------------------------
enum {
    LLAMA2C_HEADER = 7
};  // ints: dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size (negative: the head is
    // a matrix of its own), seq_len
#define LLAMA2C_EPS 1e-5f
// A stretch of the file: the rows of one tensor of one layer.
struct llama2c_piece {
    const char *name;   // of all layers' pieces of its kind
    bool layered;       // one for each layer
    size_t at;          // where its numbers are in gpt_tensors' array; LLAMA2C_ANGLES: not there
    size_t rows, cols;  // cols 0: a vector
    int heads;          // above 0: rows of so many heads, whose pairs are neighbours in the file
};
#define LLAMA2C_ANGLES ((size_t)-1)
// All pieces in the file's order, *count of them, in memory that the caller frees.
struct llama2c_piece *llama2c_pieces(const struct gpt_config *c, int *count);
size_t llama2c_piece_size(const struct llama2c_piece *p);  // numbers
// The row of the file that holds row `row` of ours.
size_t llama2c_row(const struct llama2c_piece *p, size_t row);
