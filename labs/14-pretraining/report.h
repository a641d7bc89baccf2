// What the program shows besides the losses: samples, how many of them are right, and what the model knows.
#pragma once
#include "14-pretraining/corpus.h"

// Prints a sample, one line, that begins as a document does (or, of a text, with a line's end), with `indent` before it.
void report_sample(FILE *out, const struct corpus *c, struct gpt *m, const struct sampling *s, struct rng *r,
                   const char *indent);

// Of `samples` documents that the model makes up, the share that micro_world_well_formed finds right; to `file`, each with its
// first fault. In batches, of the micro-world only.
double report_well_formed(FILE *file, const struct corpus *c, struct gpt *m, const struct sampling *s, int samples,
                          struct rng *r);

// The share of `count` probes of a kind that the model goes on with as it must, always taking the likeliest token.
double report_probe(struct gpt *m, int kind, int count, uint64_t seed);
