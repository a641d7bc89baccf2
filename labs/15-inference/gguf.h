// GGUF, llama.cpp's file format (version 3; 2 is read too): a header, metadata as typed key-value pairs, a table of tensors, and their numbers. The format
// is described in ggml's docs/gguf.md.
#pragma once
#include "15-inference/model_file.h"

bool gguf_read(struct model_file *m, const char *path, char *error, size_t error_size);
bool gguf_list(struct model_listing *l, const char *path, char *error, size_t error_size);
// Writes path as GGUF: matrices in `type`, vectors in F32; the tokenizer included. false, and why, where it cannot be.
bool gguf_write(const char *path, enum number_type type, const struct model_file *m, char *error, size_t error_size);
