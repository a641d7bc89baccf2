// Looks into GGUF files, and checks that models come and go unchanged:
//     make demo-15 PROG=gguf ARGS=FILE.gguf
//     make demo-15 PROG=gguf ARGS='--from FOLDER --write FILE.gguf --type Q8_0'
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_json.h"
#include "14-pretraining/safetensors.h"
#include "15-inference/gguf.h"

struct options {
    const char *from, *write, *type, *same, *ids, *save, *logits;
    int show;
};

// ---- FILE: what is in it --------------------------------------------------------------------------------------------

static void print_pair(const struct gguf_pair *p, int show) {
    printf("%-44.*s %s%-7s %s", (int)p->key.size, p->key.data, p->array ? "[]" : "", gguf_kind_name(p->kind),
           gguf_show_value(p).text);
    const unsigned char *at = p->data;
    if (p->array && p->kind == GGUF_STRING)
        for (size_t i = 0; i < p->count && i < (size_t)show; i++) printf(" %s", gguf_show(gguf_next_string(&at)).text);
    printf("\n");
}

static void print_file(const char *path, int show) {
    struct gguf g;
    char error[1024];
    if (!gguf_open(&g, path, error, sizeof error)) die("%s", error);
    size_t numbers = 0, bytes = 0;
    printf("GGUF version %u, %d pairs of metadata, %d tensors, at multiples of %zu\n\n", g.version, g.pairs, g.tensors,
           g.alignment);
    for (int i = 0; i < g.pairs; i++) print_pair(&g.pair[i], show);
    printf("\n");
    for (int i = 0; i < g.tensors; i++) {
        const struct gguf_tensor *t = &g.tensor[i];
        printf("%-44s %-7s (", gguf_show(t->name).text, t->type->name);
        for (int d = 0; d < t->dims; d++) printf(d > 0 ? ",%zu" : "%zu", t->shape[d]);
        printf(")\n");
        numbers += t->count;
        bytes += t->bytes;
    }
    printf("\n%d tensors, %zu numbers, %zu bytes\n", g.tensors, numbers, bytes);
    gguf_close(&g);
}

// ---- --from: a model, whole -----------------------------------------------------------------------------------------

static enum number_type type_named(const char *name) {
    for (int type = 0; type < NUMBER_TYPES; type++)
        if (strcmp(name, number_type_name[type]) == 0) return (enum number_type)type;
    die_usage("--type %s: expected F32, F16, BF16, Q8_0 or Q4_0", name);
}

static void print_model(const struct model_file *m) {
    const struct gpt_config *c = &m->config;
    static const char *const kinds[] = {"no tokenizer", "bytes and merges", "words", "pieces and scores"};
    printf(
        "%s: V %d, T %d, C %d, L %d, H %d, G %d, F %d, eps %g, rope %g, %s head; mostly %s; %s, %d tokens, begin %d, "
        "end %d, padding %d\n",
        c->shape == GPT2 ? "GPT-2" : "Llama", c->V, c->T, c->C, c->L, c->H, c->G, c->F, c->eps, c->rope_base,
        c->tied ? "tied" : "own", number_type_name[m->type], kinds[m->codec.kind], codec_count(&m->codec),
        m->codec.special.begin, m->codec.special.end, m->codec.special.padding);
}

// Are the weights the same numbers, and the sizes?
static void check_same(const struct model_file *m, const char *path) {
    struct model_file other;
    model_load(&other, path, NULL);
    struct gpt_config a = m->config, b = other.config;
    if (a.shape != b.shape || a.V != b.V || a.T != b.T || a.C != b.C || a.L != b.L || a.H != b.H || a.G != b.G ||
        a.F != b.F || a.eps != b.eps || a.rope_base != b.rope_base || a.tied != b.tied)
        die("%s is another model", path);
    size_t n = gpt_parameters(&a);
    for (size_t i = 0; i < n; i++)
        if (m->params[i] != other.params[i])
            die("%s: parameter %zu is %.9g, expected %.9g", path, i, other.params[i], m->params[i]);
    printf("%zu parameters are the same\n", n);
    model_free(&other);
}

// Lines {"text": .., "ids": [..]}: does the tokenizer give these ids, without the token that begins a text?
static void check_ids(const struct codec *codec, const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) die("%s cannot be opened", path);
    int lines = 0;
    json_t *line;
    while ((line = hf_json_line(f, path, &lines))) {
        const json_t *text = json_object_get(line, "text"), *want = json_object_get(line, "ids");
        struct ids got = {0};
        codec_encode(&got, codec, json_string_value(text), json_string_length(text), false);
        bool same = json_is_string(text) && json_array_size(want) == got.count;
        for (size_t i = 0; same && i < got.count; i++) same = got.id[i] == json_integer_value(json_array_get(want, i));
        if (!same) die("%s: text %d gives other ids: \"%s\"", path, lines, json_string_value(text));
        ids_free(&got);
        json_decref(line);
    }
    fclose(f);
    if (lines == 0) die("%s: expected lines {\"text\": \"..\", \"ids\": [..]}", path);
    printf("%d texts give the ids expected\n", lines);
}

// dir/logits.safetensors: random texts and what the model says of them, read token by token, for others to compare.
static void write_logits(const struct model_file *m, enum number_type type, const char *dir) {
    enum { B = 3, LONGEST = 24 };
    int T = m->config.T < LONGEST ? m->config.T : LONGEST, V = m->config.V;
    int *inputs = alloc_zeroed((size_t)B * (size_t)T, sizeof *inputs);
    float *logits = alloc_floats((size_t)B * (size_t)T * (size_t)V);
    struct decoder d;
    struct decode_state s;
    struct rng r;
    rng_seed(&r, 1, 0);
    for (int i = 0; i < B * T; i++) inputs[i] = rng_below(&r, V);
    decoder_init(&d, &m->config, m->params, type);
    decode_init(&s, &d, B, T, 1);
    for (int t = 0; t < T; t++) {
        int next[B];
        for (int b = 0; b < B; b++) next[b] = inputs[b * T + t];
        const float *step = decode(&s, next, 1);
        for (int b = 0; b < B; b++)
            memcpy(logits + (size_t)(b * T + t) * (size_t)V, step + (size_t)b * (size_t)V, (size_t)V * sizeof *logits);
    }
    struct safetensors_writer w;
    safetensors_begin(&w, dir, "logits.safetensors");
    safetensors_announce(&w, "inputs", ST_I32, 2, (size_t[]){B, (size_t)T});
    safetensors_announce(&w, "logits", ST_F32, 3, (size_t[]){B, (size_t)T, (size_t)V});
    safetensors_write_raw(&w, "inputs", inputs);
    safetensors_write_floats(&w, "logits", logits);
    safetensors_end(&w);
    decode_free(&s);
    decoder_free(&d);
    free(inputs);
    free(logits);
}

static void with_model(const struct options *o) {
    struct model_file m;
    char error[1024];
    enum number_type type = *o->type ? type_named(o->type) : TYPE_F32;
    model_load(&m, o->from, NULL);
    print_model(&m);
    if (*o->write && !gguf_write(o->write, *o->type ? type : m.type, &m, error, sizeof error)) die("%s", error);
    if (*o->save && !model_write(o->save, FORMAT_HF, type, &m, 0, error, sizeof error)) die("%s", error);
    if (*o->same) check_same(&m, o->same);
    if (*o->ids) check_ids(&m.codec, o->ids);
    bool blocks = m.type == TYPE_Q8_0 || m.type == TYPE_Q4_0;  // what decoders have besides F32
    if (*o->logits) write_logits(&m, *o->type ? type : blocks ? m.type : TYPE_F32, o->logits);
    model_free(&m);
}

int main(int argc, char **argv) {
    struct options o = {"", "", "", "", "", "", "", 8};
    struct flag flags[] = {
        flag_string("from", &o.from, "a model in any format: prints its sizes"),
        flag_string("write", &o.write, "a GGUF file to write it to"),
        flag_string("type", &o.type, "of its matrices: F32, F16, BF16, Q8_0 or Q4_0 (what they were)"),
        flag_string("save", &o.save, "a Hugging Face folder to write it to"),
        flag_string("same", &o.same, "another model: has it the same numbers?"),
        flag_string("ids", &o.ids, "lines of texts and ids: does its tokenizer say the same?"),
        flag_string("logits", &o.logits, "a folder for logits.safetensors: random texts and what the model says"),
        flag_int("show", &o.show, 0, 1 << 24, "how many strings of a list are shown"),
    };
    int files = flags_parse(argc, argv, "Looks into GGUF files.", "FILE..", flags, COUNT(flags));
    for (int i = 1; i <= files; i++) print_file(argv[i], o.show);
    if (*o.from) with_model(&o);
    if (files == 0 && !*o.from) die_usage("expected FILE.gguf or --from MODEL");
    return 0;
}
