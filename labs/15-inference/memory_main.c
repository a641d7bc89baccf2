// How much memory does a model take?
//     make lab-15 PROG=memory ARGS='build/demo/14-pretraining/model --context 64 --batch 8'
//     make lab-15 PROG=memory ARGS='--parameters 7e9'
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "15-inference/gguf.h"
#include "15-inference/model_file.h"

#define GIB 1073741824.0

static void print_line(const char *label, const char *name, double bytes) {
    printf("%-10s%-12s %18.0f %12.4g %12.4g\n", label, name, bytes, bytes / 1e9, bytes / GIB);
}

static void print_head(const char *label, const char *what) {
    printf("%-10s%-12s %18s %12s %12s\n", label, what, "bytes", "GB (10^9)", "GiB (2^30)");
}

// As decoder_init and GGUF files have them.
static double weights_bytes(const struct gpt_config *c, enum number_type type) {
    int count;
    double bytes = 0;
    struct gpt_tensor *t = gpt_tensors(c, &count);
    for (int i = 0; i < count; i++)
        bytes += type_bytes(gguf_kept_type(t[i].name, (size_t)t[i].cols, type), (double)t[i].size);
    free(t);
    return bytes;
}

// Keys and values of B texts of S tokens.
static double cache_bytes(const struct gpt_config *c, double S, double B, enum number_type type) {
    double D = (double)c->C / c->H;
    return type_bytes(type, 2.0 * c->L * c->G * D * S * B);
}

static void print_cache(const struct gpt_config *c, int S, int B, enum number_type type) {
    printf("KV cache  2 * L * G * D = %.0f numbers for each token, in %s: %.0f bytes\n",
           2.0 * c->L * c->G * ((double)c->C / c->H), number_type_name[type], cache_bytes(c, 1, 1, type));
    char label[32];
    snprintf(label, sizeof label, "%d text%s of", B, B > 1 ? "s" : "");
    print_head("", label);
    for (int part = 8; part >= 1; part /= 2) {
        int tokens = S / part;
        if (tokens < 1) continue;
        snprintf(label, sizeof label, "%d tokens", tokens);
        print_line("", label, cache_bytes(c, tokens, B, type));
    }
}

static void print_weights(const struct gpt_config *c) {
    print_head("weights", "type");
    for (int i = 0; i < NUMBER_TYPES; i++) print_line("", number_type_name[i], weights_bytes(c, (enum number_type)i));
}

static void print_total(const struct gpt_config *c, int S, int B, enum number_type cache) {
    printf("total     with the cache of %d x %d tokens in %s\n", B, S, number_type_name[cache]);
    print_head("", "weights in");
    for (int i = 0; i < NUMBER_TYPES; i++)
        print_line("", number_type_name[i], weights_bytes(c, (enum number_type)i) + cache_bytes(c, S, B, cache));
}

// What the file itself holds, by type.
static void print_file(const struct model_listing *l) {
    print_head("file", "type");
    bool *told = alloc_zeroed((size_t)l->count, sizeof *told);
    for (int i = 0; i < l->count; i++) {
        double bytes = 0;
        for (int k = i; k < l->count; k++) {
            if (told[k] || strcmp(l->tensor[k].type, l->tensor[i].type) != 0) continue;
            bytes += l->tensor[k].bytes;
            told[k] = true;
        }
        if (bytes > 0) print_line("", l->tensor[i].type, bytes);
    }
    free(told);
}

static enum number_type cache_type(const char *name) {
    static const enum number_type types[] = {TYPE_F32, TYPE_F16, TYPE_BF16, TYPE_Q8_0};
    for (int i = 0; i < COUNT(types); i++)
        if (strcasecmp(name, number_type_name[types[i]]) == 0) return types[i];
    die_usage("--cache %s: expected F32, F16, BF16 or Q8_0", name);
}

static void print_model(const char *path, int S, int B, enum number_type cache) {
    struct model_listing l;
    char error[1024];
    if (!model_list(&l, path, error, sizeof error)) die("%s", error);
    const struct gpt_config *c = &l.config;
    if (S == 0) S = c->T;
    printf("model     %s (%s)\n", path, l.sizes_only ? "sizes alone" : model_format_name[l.format]);
    printf("shape     %s, L %d, C %d, H %d, G %d, F %d, V %d, T %d%s\n", c->shape == GPT2 ? "GPT-2" : "Llama", c->L,
           c->C, c->H, c->G, c->F, c->V, c->T, c->tied ? ", tied" : "");
    printf("parameters%31.0f\n", (double)gpt_parameters(c));
    if (!l.sizes_only) print_file(&l);
    print_weights(c);
    print_cache(c, S, B, cache);
    print_total(c, S, B, cache);
    if (S > c->T) printf("note: the model was made for texts of up to %d tokens\n", c->T);
    model_listing_free(&l);
}

int main(int argc, char **argv) {
    const char *parameters = "", *cache = "F16";
    int context = 0, batch = 1;
    struct flag flags[] = {
        flag_string("parameters", &parameters, "how many, such as 7e9, in place of a model: weights alone"),
        flag_int("context", &context, 0, 1 << 30, "tokens of a text; 0: the model's longest"),
        flag_int("batch", &batch, 1, 1 << 20, "texts at a time"),
        flag_string("cache", &cache, "in which numbers keys and values are kept: F32, F16, BF16 or Q8_0"),
    };
    int given = flags_parse(argc, argv,
                            "How much memory a model takes: a Hugging Face folder, a config.json alone, a GGUF or a "
                            "llama2.c file.",
                            "MODEL", flags, COUNT(flags));
    if (given > 1) die_usage("expected one MODEL, found %d", given);
    if (*parameters) {
        char *end;
        double n = strtod(parameters, &end);
        if (end == parameters || *end || !(n >= 1 && n <= 1e18))
            die_usage("--parameters %s: expected a number such as 7e9", parameters);
        printf("parameters%31.0f\n", n);
        print_head("weights", "type");
        for (int i = 0; i < NUMBER_TYPES; i++) print_line("", number_type_name[i], type_bytes((enum number_type)i, n));
        printf("The KV cache depends on the shape: give a MODEL, or its config.json.\n");
        return 0;
    }
    print_model(given == 1 ? argv[1] : model_find(""), context, batch, cache_type(cache));
    return 0;
}
