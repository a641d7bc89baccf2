// What the parts that ask the micro-world's questions share.
#pragma once
#include "15-inference/show.h"
#include "datasets/micro_world.h"

// Whether the model speaks the village's language, word by word as chapter 14 numbered them. If not, prints that this
// part is left out.
bool village_speaks(const struct show *s, const char *part);
// Writes `count` texts that begin with prompt (n): drawn token by token, as c says, up to <eos> or T tokens (the
// model's T), many at a time. tokens (count,T), lengths (count).
void village_texts(int *tokens, int *length, int count, const struct decoder *d, const int *prompt, int n,
                   const struct choice *c, struct rng *r);
int village_prompt(int *tokens, int capacity, const char *text);  // <bos> and the words of text; returns how many
