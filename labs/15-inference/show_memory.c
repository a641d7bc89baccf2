// How large is a model, and how large does its cache grow? No weights are needed to know it.
#include "15-inference/show.h"

enum { LAST = 16384 };

// Llama 1 and 2 with 7 billion parameters (Touvron et al. 2023), 4096 positions as in Llama 2.
static struct gpt_config llama_7b(void) {
    struct gpt_config c = llama_config(32000, 4096, 4096, 32, 32, 32);
    c.F = 11008;
    c.tied = false;
    return c;
}

static void print_row(const char *name, double n) {
    static const enum number_type types[] = {TYPE_F32, TYPE_BF16, TYPE_Q8_0, TYPE_Q4_0};
    printf("%-26s %15.0f", name, n);
    for (int i = 0; i < COUNT(types); i++) printf("  %9.4g", type_bytes(types[i], n) / 1e9);
    printf("\n");
}

static void print_weights(const struct show *s) {
    const struct gpt_config gpt2 = gpt2_config(50257, 1024, 768, 12, 12), llama = llama_7b();
    const double glm = 130e9, GiB = 1024.0 * 1024 * 1024;
    printf("weights, GB (10^9 bytes)        parameters        F32  F16, BF16       Q8_0       Q4_0\n");
    print_row("this model", (double)gpt_parameters(s->config));
    print_row("GPT-2 124M", (double)gpt_parameters(&gpt2));
    print_row("Llama-7B", (double)gpt_parameters(&llama));
    print_row("\"7B\", taken at its word", 7e9);
    print_row("GLM-130B, at its word", glm);
    printf(
        "GLM-130B in F32 is %.0f GB, or %.0f GiB (2^30 bytes); in F16 %.0f GB, or %.0f GiB. So the 480 and 240 \"GB\" "
        "that are\n"
        "told of it are GiB. A GiB is %.1f%% more than a GB.\n",
        type_bytes(TYPE_F32, glm) / 1e9, type_bytes(TYPE_F32, glm) / GiB, type_bytes(TYPE_F16, glm) / 1e9,
        type_bytes(TYPE_F16, glm) / GiB, 100 * (GiB / 1e9 - 1));
}

static void print_cache(const char *name, const struct gpt_config *c) {
    const int D = c->C / c->H;
    const double token = kv_cache_bytes(c->L, 1, 1, c->G, D), text = kv_cache_bytes(c->L, 1, c->T, c->G, D);
    printf("%-26s %9.1f  %10d  %11.1f  %11.1f\n", name, token / 1024, c->T, text / 1e6, text / 2e6);
}

static void print_caches(const struct show *s) {
    const struct gpt_config gpt2 = gpt2_config(50257, 1024, 768, 12, 12), llama = llama_7b();
    struct gpt_config grouped = llama;
    grouped.G = 8;
    printf("\nkeys and values              KiB/token    positions   MB in F32    MB in F16\n");
    print_cache("this model", s->config);
    print_cache("GPT-2 124M", &gpt2);
    print_cache("Llama-7B", &llama);
    print_cache("the same, 8 heads of keys", &grouped);
}

// Weights and cache (F16) of Llama-7B's shape by how much text it holds; its own longest text has 4096 tokens.
static void write_growth(const struct show *s) {
    const struct gpt_config c = llama_7b();
    const double n = (double)gpt_parameters(&c);
    struct csv_log log;
    csv_open(&log, s->out, "memory.csv", "tokens,bf16_gb,q8_0_gb,q4_0_gb,q4_0_grouped_gb");
    for (int tokens = 0; tokens <= LAST; tokens += 512) {
        const double all = kv_cache_bytes(c.L, 1, tokens, c.G, c.C / c.H) / 2, grouped = all / 4;
        csv_row(&log, "%d,%.3f,%.3f,%.3f,%.3f", tokens, (type_bytes(TYPE_BF16, n) + all) / 1e9,
                (type_bytes(TYPE_Q8_0, n) + all) / 1e9, (type_bytes(TYPE_Q4_0, n) + all) / 1e9,
                (type_bytes(TYPE_Q4_0, n) + grouped) / 1e9);
    }
    csv_close(&log);
}

// What one token costs to read is what limits its speed.
static void print_steps(void) {
    const struct gpt_config gpt2 = gpt2_config(50257, 1024, 768, 12, 12), llama = llama_7b();
    static const enum number_type types[] = {TYPE_F32, TYPE_BF16, TYPE_Q8_0, TYPE_Q4_0};
    printf("\nmemory that gives out 20 GB/s: tokens/s at the most (weights only)\n%26s", "");
    for (int i = 0; i < COUNT(types); i++) printf("  %9s", number_type_name[types[i]]);
    printf("\n%-26s", "GPT-2 124M");
    for (int i = 0; i < COUNT(types); i++) printf("  %9.1f", 20e9 / decode_bytes(&gpt2, types[i]));
    printf("\n%-26s", "Llama-7B");
    for (int i = 0; i < COUNT(types); i++) printf("  %9.1f", 20e9 / decode_bytes(&llama, types[i]));
    printf("\n");
}

void show_memory(const struct show *s) {
    printf("\nHow large is it?\n");
    print_weights(s);
    print_caches(s);
    print_steps();
    write_growth(s);
}
