// __global__ void __cluster_dims__(2, 1, 1) kernel(...) {   ->   __global__ void kernel(...) { simt::cluster_dims(2, 1, 1);
// The runtime begins the launch anew, by clusters, when the first thread comes there: the numbers may be template parameters.
#pragma once
#include "functions.h"
#include "rewrite.h"

void clusters_rewrite(struct rewrite *w, const struct functions *f);
void clusters_check_macro(struct rewrite *w, const struct region *macro);
