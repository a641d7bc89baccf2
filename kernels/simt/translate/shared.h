// A block's shared memory.
//   __shared__ float a[N], b;    -> typedef float simt_t_a[N], simt_t_b; float (&a)[N] = simt::shared<simt_t_a>(...); ...
//   extern __shared__ float s[]; -> typedef float simt_t_s[]; float (&s)[] = simt::dynamic_shared<simt_t_s>(...);
#pragma once
#include "rewrite.h"

void shared_rewrite(struct rewrite *w, const struct region *r);
