// Writing token by token: everything again for each token, or keys and values kept.
#include <math.h>
#include <stdlib.h>

#include "03-backprop/backprop.h"
#include "12-attention/show.h"

// A layer of GPT-2's smallest size.
enum { CHANNELS = 768, HEADS = 12 };

// Seconds of one more token after T - 1 others, without a cache: the layer on all T positions. out (T,C).
static double again(float *out, const struct attention_layer *l, const float *x, int T) {
    struct attention_state s = attention_state_alloc(l, 1, T);
    double start = clock_seconds();
    attention_layer_forward(out, &s, x, l, NULL, 1, T);
    double seconds = clock_seconds() - start;
    attention_state_free(&s);
    return seconds;
}

// The same with a cache, which holds T - 1 positions before and T after. x, out (C): the last position.
static double cached(float *out, struct kv_cache *cache, const struct attention_layer *l, const float *x) {
    int C = l->C;
    float *qkv = alloc_floats(3 * C), *heads = alloc_floats(C);
    double start = clock_seconds();
    linear_forward(qkv, x, l->qkv, NULL, 1, C, 3 * C);
    cached_attention(heads, cache, qkv, NULL, 1, l->H);
    linear_forward(out, heads, l->proj, NULL, 1, C, C);
    double seconds = clock_seconds() - start;
    free(qkv);
    free(heads);
    return seconds;
}

static void speeds(const struct options *o, int C, int H, int longest) {
    struct rng r;
    rng_seed(&r, o->seed, 11);
    float *qkv = alloc_floats((size_t)3 * C * C), *proj = alloc_floats((size_t)C * C);
    float *x = alloc_floats((size_t)longest * C), *out = alloc_floats((size_t)longest * C), *one = alloc_floats(C);
    for (int i = 0; i < 3 * C * C; i++) qkv[i] = rng_normal(&r) / sqrtf((float)C);
    for (int i = 0; i < C * C; i++) proj[i] = rng_normal(&r) / sqrtf((float)C);
    for (int i = 0; i < longest * C; i++) x[i] = rng_normal(&r);
    const struct attention_layer layer = {.C = C, .H = H, .G = H, .causal = true, .qkv = qkv, .proj = proj};
    struct kv_cache cache;
    kv_cache_init(&cache, 1, longest, H, C / H);
    struct csv_log log;
    csv_open(&log, o->out, "cache_time.csv", "T,again,cached");
    printf("\nA text that grows: one layer, %d channels, %d heads; tokens per second at length T\n", C, H);
    printf("  %5s %14s %14s %12s\n", "T", "without cache", "with cache", "difference");
    for (int T = 1, next = 16; T <= longest; T++) {
        double with = cached(one, &cache, &layer, x + (size_t)(T - 1) * C);
        if (T != next) continue;
        next *= 2;
        for (int i = 0; i < 4; i++) {  // the best of five: takes the last position out and adds it again
            cache.length--;
            with = fmin(with, cached(one, &cache, &layer, x + (size_t)(T - 1) * C));
        }
        double without = again(out, &layer, x, T), difference = 0.0;
        for (int i = 0; i < 2; i++) without = fmin(without, again(out, &layer, x, T));
        for (int i = 0; i < C; i++) {
            difference = fmax(difference, fabs((double)one[i] - (double)out[(size_t)(T - 1) * C + i]));
        }
        printf("  %5d %14.1f %14.1f %12.1e\n", T, 1.0 / without, 1.0 / with, difference);
        csv_row(&log, "%d,%.3f,%.3f", T, 1.0 / without, 1.0 / with);
    }
    csv_close(&log);
    kv_cache_free(&cache);
    free(qkv);
    free(proj);
    free(x);
    free(out);
    free(one);
}

static void known_models(void) {
    const struct {
        const char *name;
        int L, H, G, D, T;
    } models[] = {{"GPT-2 small", 12, 12, 12, 64, 1024},
                  {"Llama 2 7B", 32, 32, 32, 128, 4096},
                  {"Llama 2 70B", 80, 64, 8, 128, 4096},
                  {"Llama 3 8B", 32, 32, 8, 128, 8192}};
    const double KIB = 1024.0, GIB = KIB * KIB * KIB;
    printf("\nThe cache of known models, 2 bytes a number\n");
    printf("  %-12s %3s %3s %3s %4s %6s  %14s  %14s  %16s\n", "", "L", "H", "G", "D", "T", "KiB per token",
           "GiB per text", "GiB, were G = H");
    for (int i = 0; i < COUNT(models); i++) {
        double token = kv_cache_bytes(models[i].L, 1, 1, models[i].G, models[i].D) / 2;
        double text = kv_cache_bytes(models[i].L, 1, models[i].T, models[i].G, models[i].D) / 2;
        double full = kv_cache_bytes(models[i].L, 1, models[i].T, models[i].H, models[i].D) / 2;
        printf("  %-12s %3d %3d %3d %4d %6d  %14.0f  %14.3f  %16.3f\n", models[i].name, models[i].L, models[i].H,
               models[i].G, models[i].D, models[i].T, token / KIB, text / GIB, full / GIB);
    }
}

void show_cache(const struct options *o) {
    if (o->quick) speeds(o, 64, 4, 64);
    else speeds(o, CHANNELS, HEADS, 1024);
    known_models();
}
