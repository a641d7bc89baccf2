// kernel<T><<<grid, block, shared, stream>>>(arguments)
//   -> simt::launch("kernel<T>", simt::config(grid, block, shared, stream),
//                   [=](auto &&...simt_a) { kernel<T>(simt_a...); }, noexcept(kernel<T>(arguments)))(arguments)
// on the lines where it stood. noexcept(...) never runs: there the compiler finds wrong arguments first, and says so plainly.
#pragma once
#include "rewrite.h"

void launches_rewrite(struct rewrite *w, const struct region *r);
