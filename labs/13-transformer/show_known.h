// Models that the world knows, by their published sizes, and what they are made of. (Given.)
#pragma once
#include "13-transformer/transformer.h"

struct known_model {
    const char *name, *label;  // as one types it; as a figure shows it
    struct gpt_config config;
};
int known_model_count(void);
struct known_model known_model(int index);
const struct gpt_config *known_model_find(struct gpt_config *config, const char *name);  // NULL: unknown

// Parameters by part.
enum model_part { PART_TOKENS, PART_POSITIONS, PART_ATTENTION, PART_MLP, PART_NORMS, PART_HEAD, MODEL_PARTS };
extern const char *const model_part_names[MODEL_PARTS];
void count_parts(double parts[MODEL_PARTS], const struct gpt_config *c);
