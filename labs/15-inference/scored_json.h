// SentencePiece's vocabularies (Llama 1 and 2, and llama2.c's) as Hugging Face's tokenizers keep them: model BPE with
// byte_fallback, spaces written as the character U+2581.
#pragma once
#include "10-tokenizer/tokenizer.h"

// Is this tokenizer.json of that kind? false also where it cannot be read.
bool scored_json_is(const char *path);
// Its merges come as a list, first the best: token scores become minus the place of the first merge that makes them.
bool scored_read_json(struct scored *s, const char *path, char *error, size_t error_size);
void scored_save_json(const struct scored *s, const char *dir, const char *name);
