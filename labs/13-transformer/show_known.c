// Sizes as published: the papers' tables and the configuration files of the released weights.
#include "13-transformer/show_known.h"

#include <stdlib.h>
#include <string.h>

const char *const model_part_names[MODEL_PARTS] = {"token table", "positions", "attention", "MLP", "norms", "head"};

enum { MODELS = 13 };

static struct gpt_config llama(int V, int T, int C, int L, int H, int G, int F, bool tied) {
    struct gpt_config c = llama_config(V, T, C, L, H, G);
    c.F = F;
    c.tied = tied;
    return c;
}

int known_model_count(void) {
    return MODELS;
}

struct known_model known_model(int index) {
    const struct known_model models[MODELS] = {
        {"gpt2", "GPT-2 124M", gpt2_config(50257, 1024, 768, 12, 12)},
        {"gpt2-medium", "GPT-2 355M", gpt2_config(50257, 1024, 1024, 24, 16)},
        {"gpt2-large", "GPT-2 774M", gpt2_config(50257, 1024, 1280, 36, 20)},
        {"gpt2-xl", "GPT-2 1.5B", gpt2_config(50257, 1024, 1600, 48, 25)},
        {"gpt3", "GPT-3 175B", gpt2_config(50257, 2048, 12288, 96, 96)},
        {"stories15m", "stories15M", llama(32000, 256, 288, 6, 6, 6, 768, true)},
        {"tinyllama", "TinyLlama 1.1B", llama(32000, 2048, 2048, 22, 32, 4, 5632, false)},
        {"llama2-7b", "Llama 2 7B", llama(32000, 4096, 4096, 32, 32, 32, 11008, false)},
        {"llama2-13b", "Llama 2 13B", llama(32000, 4096, 5120, 40, 40, 40, 13824, false)},
        {"llama2-70b", "Llama 2 70B", llama(32000, 4096, 8192, 80, 64, 8, 28672, false)},
        {"llama3-8b", "Llama 3 8B", llama(128256, 8192, 4096, 32, 32, 8, 14336, false)},
        {"llama-65b", "LLaMA 65B", llama(32000, 2048, 8192, 80, 64, 64, 22016, false)},
        // GeGLU has SwiGLU's matrices; its biases, less than 0.01% of the whole, are left out
        {"glm-130b", "GLM-130B", llama(150528, 2048, 12288, 70, 96, 96, 32768, true)},
    };
    return models[index];
}

const struct gpt_config *known_model_find(struct gpt_config *config, const char *name) {
    for (int i = 0; i < MODELS; i++) {
        const struct known_model m = known_model(i);
        if (strcmp(m.name, name) != 0) continue;
        *config = m.config;
        return config;
    }
    return NULL;
}

static enum model_part part_of(const char *tensor) {
    static const struct {
        const char *word;
        enum model_part part;
    } parts[] = {{"token", PART_TOKENS},  {"position", PART_POSITIONS}, {"norm", PART_NORMS},
                 {"qkv", PART_ATTENTION}, {"proj", PART_ATTENTION},     {"up", PART_MLP},
                 {"down", PART_MLP},      {"head", PART_HEAD}};
    for (int i = 0; i < COUNT(parts); i++)
        if (strstr(tensor, parts[i].word)) return parts[i].part;
    die("%s belongs to no part of a model that this program knows", tensor);
}

void count_parts(double parts[MODEL_PARTS], const struct gpt_config *c) {
    int count;
    struct gpt_tensor *tensors = gpt_tensors(c, &count);
    for (int p = 0; p < MODEL_PARTS; p++) parts[p] = 0;
    for (int i = 0; i < count; i++) parts[part_of(tensors[i].name)] += (double)tensors[i].size;
    free(tensors);
}
