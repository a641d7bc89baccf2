// Looks into model files, and checks that folders come and go unchanged:
//     make demo-14 PROG=files ARGS='--list FILE.safetensors'
//     make demo-14 PROG=files ARGS='--load FOLDER --save COPY'
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/hf_json.h"
#include "14-pretraining/safetensors.h"
#include "14-pretraining/word_tokenizer.h"

struct options {
    const char *list, *numbers, *load, *make, *check, *same, *save, *logits, *words;
    int seed;
};

static struct safetensors opened(const char *path) {
    struct safetensors s;
    char error[1024];
    if (!safetensors_open(&s, path, error, sizeof error)) die("%s", error);
    return s;
}

// The tensor of this name, type and number of dimensions, which must be there.
static const struct safetensors_tensor *tensor_of(const struct safetensors *s, const char *name,
                                                  enum safetensors_type type, int dims) {
    const struct safetensors_tensor *t = safetensors_find(s, name);
    if (!t || t->type != type || t->dims != dims)
        die("%s: expected a tensor %s of type %s and %d dimensions", s->path, name, safetensors_type_name(type), dims);
    return t;
}

static void *raw(const struct safetensors *s, const struct safetensors_tensor *t) {
    char error[1024];
    void *values = alloc_zeroed(t->bytes, 1);
    if (!safetensors_read_raw(values, s, t, error, sizeof error)) die("%s", error);
    return values;
}

// ---- --list, --numbers ----------------------------------------------------------------------------------------------

static void list(const char *path) {
    struct safetensors s = opened(path);
    size_t numbers = 0, bytes = 0;
    for (int i = 0; i < s.count; i++) {
        const struct safetensors_tensor *t = &s.tensor[i];
        printf("%-48s %-5s (", t->name, safetensors_type_name(t->type));
        for (int d = 0; d < t->dims; d++) printf(d > 0 ? ",%zu" : "%zu", t->shape[d]);
        printf(")\n");
        numbers += t->count;
        bytes += t->bytes;
    }
    printf("%d tensors, %zu numbers, %zu bytes\n", s.count, numbers, bytes);
    safetensors_close(&s);
}

// dir/numbers.safetensors: the tensor "f32" rounded to two bytes by our hands, and what others made of it.
static void write_rounded(const struct safetensors *s, const char *dir) {
    static const struct {
        const char *name, *others;
        enum safetensors_type type;
    } rounded[] = {{"bf16", "bf16.as_f32", ST_BF16}, {"f16", "f16.as_f32", ST_F16}};
    const size_t *shape = safetensors_find(s, "f32")->shape;
    float *f32 = raw(s, tensor_of(s, "f32", ST_F32, 1)), *others[COUNT(rounded)];
    struct safetensors_writer w;
    safetensors_begin(&w, dir, "numbers.safetensors");
    for (int i = 0; i < COUNT(rounded); i++) {
        others[i] = raw(s, tensor_of(s, rounded[i].others, ST_F32, 1));
        safetensors_announce(&w, rounded[i].others, ST_F32, 1, shape);
    }
    for (int i = 0; i < COUNT(rounded); i++) safetensors_announce(&w, rounded[i].name, rounded[i].type, 1, shape);
    for (int i = 0; i < COUNT(rounded); i++) safetensors_write_floats(&w, rounded[i].others, others[i]);
    for (int i = 0; i < COUNT(rounded); i++) safetensors_write_floats(&w, rounded[i].name, f32);
    safetensors_end(&w);
    free(f32);
    for (int i = 0; i < COUNT(rounded); i++) free(others[i]);
}

// A tensor "x" of any type that floats are made of and the same numbers as F32, "x.as_f32": are they the same bits?
static void check_numbers(const char *path, const char *save) {
    struct safetensors s = opened(path);
    int checked = 0;
    for (int i = 0; i < s.count; i++) {
        char other[300], error[1024];
        const struct safetensors_tensor *t = &s.tensor[i];
        snprintf(other, sizeof other, "%s.as_f32", t->name);
        if (!safetensors_find(&s, other)) continue;
        float *want = raw(&s, tensor_of(&s, other, ST_F32, t->dims)), *got = alloc_floats(t->count);
        if (!safetensors_read_floats(got, &s, t, error, sizeof error)) die("%s", error);
        for (size_t k = 0; k < t->count; k++) {
            bool both_nan = isnan(got[k]) && isnan(want[k]);
            if (memcmp(&got[k], &want[k], sizeof *got) != 0 && !both_nan)
                die("%s: %s: number %zu is read as %.9g, expected %.9g", path, t->name, k, got[k], want[k]);
            checked++;
        }
        free(want);
        free(got);
    }
    if (checked == 0) die("%s: expected tensors x and x.as_f32", path);
    if (save) write_rounded(&s, save);
    printf("%d numbers of two bytes are read as the floats they are\n", checked);
    safetensors_close(&s);
}

// ---- --load ---------------------------------------------------------------------------------------------------------

static void load(struct gpt *m, struct hf_tokens *tokens, const char *dir) {
    char error[1024];
    if (!hf_load(m, tokens, dir, error, sizeof error)) die("%s", error);
}

static void describe(const struct gpt *m, struct hf_tokens tokens) {
    const struct gpt_config *c = &m->config;
    printf("%s: V %d, T %d, C %d, L %d, H %d, G %d, F %d, eps %g, %s", c->shape == GPT2 ? "GPT-2" : "Llama", c->V, c->T,
           c->C, c->L, c->H, c->G, c->F, c->eps, c->tied ? "tied" : "with a head of its own");
    if (c->shape == LLAMA) printf(", RoPE %g", c->rope_base);
    printf("; begin %d, end %d, padding %d; %zu parameters\n", tokens.begin, tokens.end, tokens.padding, m->parameters);
}

static double farthest(const float *got, const float *want, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double off = fabs((double)got[i] - (double)want[i]);
        if (!(off <= most)) most = off;  // NaN too
        if (isnan(off)) break;
    }
    return most;
}

static void check_gradients(const struct gpt *m, const char *dir) {
    char path[4096], error[1024];
    float *want;
    int count;
    double most = 0;
    snprintf(path, sizeof path, "%s/gradients.safetensors", dir);
    if (!hf_read_weights(&want, &m->config, path, error, sizeof error)) die("%s", error);
    struct gpt_tensor *t = gpt_tensors(&m->config, &count);
    for (int i = 0; i < count; i++) {
        double off = farthest(m->grads + t[i].at, want + t[i].at, t[i].size);
        if (!(off <= 1e-4)) die("%s: the gradient of %s is off by %.3g", path, t[i].name, off);
        if (off > most) most = off;
    }
    printf("all %d gradients within %.1e\n", count, most);
    free(t);
    free(want);
}

// Against what PyTorch found for these weights (tests/golden/14-pretraining.py).
static void check(struct gpt *m, const char *dir) {
    char path[4096];
    snprintf(path, sizeof path, "%s/expected.safetensors", dir);
    struct safetensors s = opened(path);
    const struct safetensors_tensor *in = tensor_of(&s, "inputs", ST_I32, 2);
    int B = (int)in->shape[0], T = (int)in->shape[1];
    int *inputs = raw(&s, in), *targets = raw(&s, tensor_of(&s, "targets", ST_I32, 2));
    float *want = raw(&s, tensor_of(&s, "logits", ST_F32, 3)), *loss = raw(&s, tensor_of(&s, "loss", ST_F32, 0));
    gpt_reserve(m, B, T, true);
    double off = farthest(gpt_forward(m, inputs, NULL, B, T), want, (size_t)B * T * m->config.V);
    if (!(off <= 1e-4)) die("%s: the logits are off by %.3g", path, off);
    float got = gpt_backward(m, 1, inputs, targets, NULL, B, T);
    if (!(fabsf(got - *loss) <= 1e-5f)) die("%s: the loss is %.7f, expected %.7f", path, got, *loss);
    printf("logits within %.1e, loss %.6f within %.1e, ", off, got, fabs((double)got - *loss));
    check_gradients(m, dir);
    free(inputs);
    free(targets);
    free(want);
    free(loss);
    safetensors_close(&s);
}

static void check_same(const struct gpt *m, const char *dir) {
    struct gpt other;
    load(&other, NULL, dir);
    if (other.parameters != m->parameters || memcmp(other.params, m->params, m->parameters * sizeof(float)) != 0)
        die("%s: other weights", dir);
    printf("the same bits as in %s\n", dir);
    gpt_free(&other);
}

// dir/logits.safetensors: random inputs and what the model says, for transformers to compare.
static void write_logits(struct gpt *m, const char *dir, struct rng *r) {
    size_t B = 2, T = (size_t)(m->config.T < 9 ? m->config.T : 9);
    int *inputs = alloc_zeroed(B * T, sizeof *inputs);
    for (size_t i = 0; i < B * T; i++) inputs[i] = rng_below(r, m->config.V);
    gpt_reserve(m, (int)B, (int)T, false);
    struct safetensors_writer w;
    safetensors_begin(&w, dir, "logits.safetensors");
    safetensors_announce(&w, "inputs", ST_I32, 2, (size_t[]){B, T});
    safetensors_announce(&w, "logits", ST_F32, 3, (size_t[]){B, T, (size_t)m->config.V});
    safetensors_write_raw(&w, "inputs", inputs);
    safetensors_write_floats(&w, "logits", gpt_forward(m, inputs, NULL, (int)B, (int)T));
    safetensors_end(&w);
    free(inputs);
}

// A model of large random weights: norms and biases too, so that one that is lost shows.
static void make(struct gpt *m, const char *shape, struct rng *r) {
    struct gpt_config c = gpt2_config(23, 11, 20, 3, 5);
    if (strcmp(shape, "llama") == 0) c = llama_config(29, 12, 24, 2, 6, 3), c.tied = false, c.rope_base = 300;
    else if (strcmp(shape, "gpt2") != 0) die_usage("--make: expected gpt2 or llama, found %s", shape);
    c.eps = 3e-4f;
    gpt_init(m, &c, 0.3f, r);
    for (size_t i = 0; i < m->parameters; i++) m->params[i] += 0.2f * rng_normal(r);
}

static void with_model(const struct options *o, struct rng *r) {
    struct gpt m;
    struct hf_tokens tokens = {2, 7, -1};
    if (o->load) load(&m, &tokens, o->load);
    else make(&m, o->make, r);
    describe(&m, tokens);
    if (o->check) check(&m, o->check);
    if (o->same) check_same(&m, o->same);
    if (o->save) hf_save(o->save, &m.config, m.params, tokens);
    if (o->logits) write_logits(&m, o->logits, r);
    gpt_free(&m);
}

// ---- --words --------------------------------------------------------------------------------------------------------

// The ids of a text, and what they say.
static void print_line(const struct word_tokenizer *t, const char *text, size_t size) {
    struct ids ids = {0};
    struct bytes back = {0};
    size_t read = word_tokenizer_encode(&ids, t, text, size);
    word_tokenizer_decode(&back, t, ids.id, ids.count);
    for (size_t i = 0; i < ids.count; i++) printf("%s%d", i > 0 ? " " : "", ids.id[i]);
    printf(" | %.*s\n", (int)back.count, back.count > 0 ? back.data : "");
    if (read < size) printf("unknown from byte %zu on\n", read);
    ids_free(&ids);
    bytes_free(&back);
}

// Lines {"text": "..", "ids": [..]}: do all agree?
static void check_lines(const struct word_tokenizer *t, const char *path) {
    FILE *f = fopen(path, "r");
    if (!f) die("%s cannot be opened", path);
    int lines = 0;
    json_t *line;
    while ((line = hf_json_line(f, path, &lines))) {
        const json_t *text = json_object_get(line, "text"), *want = json_object_get(line, "ids");
        struct ids got = {0};
        word_tokenizer_encode(&got, t, json_string_value(text), json_string_length(text));
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

static void with_words(const struct options *o, int texts, char **text) {
    struct word_tokenizer t;
    char error[1024];
    if (!word_tokenizer_read(&t, o->words, error, sizeof error)) die("%s", error);
    for (int i = 0; i < texts; i++) print_line(&t, text[i], strlen(text[i]));
    if (o->check) check_lines(&t, o->check);
    if (o->save) {
        word_tokenizer_save(&t, o->save, "tokenizer.json");
        const char *unknown = t.unknown >= 0 ? "<unk>" : NULL;
        hf_write_tokenizer_config(o->save, (struct hf_token_names){"<bos>", "<eos>", NULL, unknown}, 40);
    }
    word_tokenizer_free(&t);
}

int main(int argc, char **argv) {
    struct options o = {.seed = 1};
    struct flag flags[] = {
        flag_string("list", &o.list, "a safetensors file: prints its tensors"),
        flag_string("load", &o.load, "a Hugging Face folder: prints its sizes"),
        flag_string("make", &o.make, "gpt2 or llama: a small random model instead"),
        flag_string("save", &o.save, "folder where that model is saved, or what --words or --numbers read"),
        flag_string("logits", &o.logits, "folder for logits.safetensors: random inputs and the model's answers"),
        flag_string("same", &o.same, "another folder: are its weights the same bits?"),
        flag_string("check", &o.check,
                    "what others say: a folder of PyTorch's values for --load, a file of texts for --words"),
        flag_string("numbers", &o.numbers, "a safetensors file: are its numbers of two bytes read right?"),
        flag_string("words", &o.words, "a tokenizer.json of whole words: cuts TEXT.."),
        flag_int("seed", &o.seed, 0, 1 << 30, "of random numbers"),
    };
    int texts = flags_parse(argc, argv, "Looks into model files, and checks that they come and go unchanged.", "TEXT..",
                            flags, COUNT(flags));
    struct rng r;
    rng_seed(&r, (uint64_t)o.seed, 0);
    if (o.list) list(o.list);
    if (o.numbers) check_numbers(o.numbers, o.save);
    if (o.load || o.make) with_model(&o, &r);
    if (o.words) with_words(&o, texts, argv + 1);
    if (!o.list && !o.numbers && !o.load && !o.make && !o.words)
        die_usage("expected --list FILE, --load FOLDER, --make SHAPE, --numbers FILE or --words FILE");
    return 0;
}
