// Words of CUDA that no macro of the headers can take away, for they mean different things at different places.
//   __device__ int n;   -> __attribute__((section("simt_device"), aligned(256))) int n;
//   __constant__ int n; -> __attribute__((section("simt_constant"), aligned(256))) int n;
//   __noinline__        -> __attribute__((noinline))
// The runtime tells variables of the GPU from those of the host by their sections; an overrun ends in the
// gap behind each. Functions keep their words.
#pragma once
#include "rewrite.h"

void qualifiers_rewrite(struct rewrite *w, const struct region *r);
