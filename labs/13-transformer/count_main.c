// What a model costs: make lab-13 PROG=count ARGS="gpt2", or any sizes: ARGS="--shape llama --layers 32 ...".
#include <math.h>
#include <string.h>

#include "13-transformer/show_known.h"

struct sizes {
    const char *shape;
    int layers, channels, heads, kv_heads, hidden, vocabulary, positions, batch, length;
    bool untied;
    float parameters;  // in billions, in place of a model
};

static void print_weights(double n) {
    static const struct {
        const char *name;
        double bytes;
    } formats[] = {{"fp32", 4}, {"bf16", 2}, {"int8", 1}, {"Q4_0", 18.0 / 32}};
    printf("weights   %-6s %12s %12s\n", "", "GB (10^9)", "GiB (2^30)");
    for (int i = 0; i < COUNT(formats); i++)
        printf("          %-6s %12.4g %12.4g\n", formats[i].name, n * formats[i].bytes / 1e9,
               n * formats[i].bytes / 1073741824.0);
}

static void print_bytes(const struct gpt_config *c, int B, int T) {
    const struct gpt_bytes b = gpt_training_bytes(c, B, T);
    const double part[] = {b.params, b.grads, b.moments, b.activations, b.logits, b.scratch, b.total};
    const char *const name[] = {"parameters", "gradients", "moments", "activations", "logits", "scratch", "together"};
    printf("a training step of %d x %d tokens in fp32, in bytes\n", B, T);
    for (int i = 0; i < COUNT(part); i++) printf("          %-12s %22.0f %10.2f GB\n", name[i], part[i], part[i] / 1e9);
}

static void print_model(const struct gpt_config *c, const struct sizes *s) {
    double parts[MODEL_PARTS];
    const double all = (double)gpt_parameters(c);
    const int T = s->length > 0 ? s->length : c->T;
    printf("shape     %s, L %d, C %d, H %d, G %d, F %d, V %d, T %d%s\n", c->shape == GPT2 ? "GPT-2" : "Llama", c->L,
           c->C, c->H, c->G, c->F, c->V, c->T, c->tied ? ", tied" : "");
    count_parts(parts, c);
    printf("parameters%42.0f\n", all);
    for (int p = 0; p < MODEL_PARTS; p++)
        if (parts[p] > 0)
            printf("          %-12s %29.0f %9.2f%%\n", model_part_names[p], parts[p], 100 * parts[p] / all);
    const double quadratic = 12.0 * c->L * (double)c->C * T, flops = gpt_flops_per_token(c, T);
    printf("operations of a training step, per token, with texts of %d tokens\n", T);
    printf("          %-12s %29.4g\n          %-12s %29.4g\n          %-12s %29.4g\n", "6 N", flops - quadratic,
           "12 L C T", quadratic, "together", flops);
    print_weights(all);
    print_bytes(c, s->batch, T);
}

static struct gpt_config own_config(const struct sizes *s) {
    const bool gpt2 = strcmp(s->shape, "gpt2") == 0;
    if (!gpt2 && strcmp(s->shape, "llama") != 0) die_usage("--shape %s: there are gpt2 and llama", s->shape);
    const int G = s->kv_heads ? s->kv_heads : s->heads;
    struct gpt_config c = gpt2 ? gpt2_config(s->vocabulary, s->positions, s->channels, s->layers, s->heads)
                               : llama_config(s->vocabulary, s->positions, s->channels, s->layers, s->heads, G);
    if (s->hidden) c.F = s->hidden;
    c.tied = !s->untied;
    const char *fault = gpt_config_fault(&c);
    if (fault) die_usage("this model cannot be built: %s", fault);
    return c;
}

static void die_unknown(const char *name) {
    char names[512] = "";
    for (int i = 0; i < known_model_count(); i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", known_model(i).name);
    }
    die_usage("%s: not a model that is known here; there are %s", name, names);
}

int main(int argc, char **argv) {
    struct sizes s = {.shape = "gpt2",
                      .layers = 12,
                      .channels = 768,
                      .heads = 12,
                      .vocabulary = 50257,
                      .positions = 1024,
                      .batch = 1};
    struct flag flags[] = {
        flag_string("shape", &s.shape, "gpt2 or llama"),
        flag_int("layers", &s.layers, 1, GPT_MAX_LAYERS, "L"),
        flag_int("channels", &s.channels, 1, 1 << 20, "C"),
        flag_int("heads", &s.heads, 1, 1 << 16, "H, of queries"),
        flag_int("kv-heads", &s.kv_heads, 0, 1 << 16, "G, of keys and values (llama); 0: as many"),
        flag_int("hidden", &s.hidden, 0, 1 << 24, "F; 0: 4C (gpt2) or about 8C/3 (llama)"),
        flag_int("vocabulary", &s.vocabulary, 1, 1 << 24, "V"),
        flag_int("positions", &s.positions, 1, 1 << 24, "the longest text"),
        flag_switch("untied", &s.untied, "the head is a matrix of its own"),
        flag_int("batch", &s.batch, 1, 1 << 20, "texts of a training step"),
        flag_int("length", &s.length, 0, 1 << 24, "tokens of each text; 0: as many as there are positions"),
        flag_float("billions", &s.parameters, 0, 1e6, "only the bytes of so many parameters"),
    };
    const int names =
        flags_parse(argc, argv, "Counts a model's parameters, operations and bytes.", "[MODEL..]", flags, COUNT(flags));
    if (s.parameters > 0) {
        print_weights(1e9 * (double)s.parameters);
        return 0;
    }
    struct gpt_config c;
    for (int i = 1; i <= names; i++) {
        if (!known_model_find(&c, argv[i])) die_unknown(argv[i]);
        printf("%s%s\n", i > 1 ? "\n" : "", argv[i]);
        print_model(&c, &s);
    }
    if (names > 0) return 0;
    c = own_config(&s);
    print_model(&c, &s);
    return 0;
}
