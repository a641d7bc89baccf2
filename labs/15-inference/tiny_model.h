// A tiny model of the micro-world that has learned next to nothing: for programs that are only to be seen running
// (--quick), and for tests.
#pragma once
#include "13-transformer/transformer.h"
#include "14-pretraining/corpus.h"
#include "15-inference/codec.h"

// A Llama of 2 layers and 32 channels after 40 steps on the corpus. codec, which may be NULL: the corpus's own words;
// they stay the corpus's, so do not free it.
void tiny_model(struct gpt *m, struct codec *codec, const struct corpus *corpus, uint64_t seed);
