// __device__ int n;  -> __attribute__((section("simt_device"))) int n;
// __constant__ likewise, "simt_constant": the runtime tells them by their addresses from variables of the host. Functions stay.
#pragma once
#include "rewrite.h"

void variables_rewrite(struct rewrite *w, const struct region *r);
