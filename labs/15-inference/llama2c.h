// llama2.c's checkpoints, version 0 (Karpathy 2023): seven ints, then every number as float32 in a fixed order. Pairs of RoPE are neighbours there and
// halves here (chapter 12), so rows of the queries' and keys' weights change places.
#pragma once
#include "15-inference/model_file.h"

bool llama2c_read(struct model_file *m, const char *path, char *error, size_t error_size);
bool llama2c_list(struct model_listing *l, const char *path, char *error, size_t error_size);
bool llama2c_write(const char *path, const struct model_file *m, char *error, size_t error_size);
