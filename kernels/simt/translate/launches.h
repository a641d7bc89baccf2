// kernel<T><<<grid, block, shared, stream>>>(arguments)
//   -> simt::launch("kernel<T>", simt::config(grid, block, shared, stream), [&](auto &&...simt_a) { kernel<T>(simt_a...); })(arguments)
#pragma once
#include "rewrite.h"

void launches_rewrite(struct rewrite *w, const struct region *r);
