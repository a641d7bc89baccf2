// A training run on disk, as safetensors: "weights.block.0.qkv", "m.block.0.qkv", "v.block.0.qkv" and so on, the curves,
// and a few whole numbers.
#include "14-pretraining/checkpoint.h"

#include <stdlib.h>
#include <string.h>

#include "14-pretraining/safetensors.h"

// ---- curves -----------------------------------------------------------------------------------------------------------
void history_init(struct history *h) {
    *h = (struct history){.train.width = TRAIN_COLUMNS, .test.width = TEST_COLUMNS, .probes.width = PROBE_COLUMNS};
}

void history_free(struct history *h) {
    free(h->train.row);
    free(h->test.row);
    free(h->probes.row);
    history_init(h);
}

void curve_push(struct curve *c, const float *row) {
    if (c->count == c->capacity) {
        c->capacity = c->capacity ? 2 * c->capacity : 256;
        c->row = realloc(c->row, (size_t)c->capacity * c->width * sizeof *c->row);
        if (!c->row) die("no memory for a curve of %d points", c->capacity);
    }
    memcpy(c->row + (size_t)c->count++ * c->width, row, (size_t)c->width * sizeof *row);
}

// ---- saving -------------------------------------------------------------------------------------------------------------
enum { NUMBERS = 6 };  // step, epoch, next, the state and increment of the generator, parameters

static void get_numbers(uint64_t *n, const struct trainer *t, const struct loader *data, const struct rng *r) {
    n[0] = (uint64_t)t->step;
    n[1] = (uint64_t)data->epoch;
    n[2] = data->next;
    n[3] = r->state;
    n[4] = r->increment;
    n[5] = t->model->parameters;
}

static const char *const groups[3] = {"weights", "m", "v"};

static float *group(const struct trainer *t, int g) {
    return g == 0 ? t->model->params : g == 1 ? t->m : t->v;
}

static const char *tensor_name(char *name, size_t size, const struct trainer *t, int g, int i) {
    snprintf(name, size, "%s.%s", groups[g], t->tensor[i].name);
    return name;
}

static void announce(struct safetensors_writer *w, const struct trainer *t, const struct history *h) {
    char name[64];
    safetensors_announce(w, "numbers", ST_U64, 1, (size_t[]){NUMBERS});
    for (int g = 0; g < 3; g++)
        for (int i = 0; i < t->tensors; i++) {
            const struct gpt_tensor *p = &t->tensor[i];
            safetensors_announce(w, tensor_name(name, sizeof name, t, g, i), ST_F32, p->cols ? 2 : 1,
                                 (size_t[]){(size_t)p->rows, (size_t)p->cols});
        }
    safetensors_announce(w, "curve.train", ST_F32, 2, (size_t[]){(size_t)h->train.count, TRAIN_COLUMNS});
    safetensors_announce(w, "curve.test", ST_F32, 2, (size_t[]){(size_t)h->test.count, TEST_COLUMNS});
    safetensors_announce(w, "curve.probes", ST_F32, 2, (size_t[]){(size_t)h->probes.count, PROBE_COLUMNS});
}

void checkpoint_save(const char *dir, const char *name, const struct trainer *t, const struct loader *data,
                     const struct rng *r, const struct history *h, const char *settings) {
    struct safetensors_writer w;
    uint64_t numbers[NUMBERS];
    char tensor[64];
    get_numbers(numbers, t, data, r);
    safetensors_begin(&w, dir, name);
    safetensors_put_metadata(&w, "settings", settings);
    announce(&w, t, h);
    safetensors_write_raw(&w, "numbers", numbers);
    for (int g = 0; g < 3; g++)
        for (int i = 0; i < t->tensors; i++)
            safetensors_write_floats(&w, tensor_name(tensor, sizeof tensor, t, g, i), group(t, g) + t->tensor[i].at);
    safetensors_write_floats(&w, "curve.train", h->train.row);
    safetensors_write_floats(&w, "curve.test", h->test.row);
    safetensors_write_floats(&w, "curve.probes", h->probes.row);
    safetensors_end(&w);
}

// ---- loading ------------------------------------------------------------------------------------------------------------
// The length of the line that a points to.
static int line(const char *a) {
    return (int)strcspn(a, "\n");
}

// Settings are lines; dies with the first that differs.
static void compare_settings(const char *path, const char *saved, const char *wanted) {
    if (!saved) die("%s is a safetensors file, but no checkpoint of this program: it has no settings", path);
    while (*saved || *wanted) {
        int a = line(saved), b = line(wanted);
        if (a != b || strncmp(saved, wanted, (size_t)a) != 0)
            die("%s is of another run: it has \"%.*s\", and this run \"%.*s\". Go on with the same flags, start anew "
                "without "
                "--resume, or begin with its weights by --init",
                path, a, saved, b, wanted);
        saved += a + (saved[a] == '\n');
        wanted += b + (wanted[b] == '\n');
    }
}

static const struct safetensors_tensor *find(const struct safetensors *s, const char *name, enum safetensors_type type,
                                             size_t count) {
    const struct safetensors_tensor *t = safetensors_find(s, name);
    if (!t) die("%s is damaged: it has no %s", s->path, name);
    if (t->type != type || (count && t->count != count))
        die("%s is damaged: %s has %zu numbers of type %s, expected %zu of %s", s->path, name, t->count,
            safetensors_type_name(t->type), count, safetensors_type_name(type));
    return t;
}

static void read_floats(float *out, const struct safetensors *s, const char *name, size_t count) {
    char error[256];
    if (!safetensors_read_floats(out, s, find(s, name, ST_F32, count), error, sizeof error)) die("%s", error);
}

static void read_curve(struct curve *c, const struct safetensors *s, const char *name) {
    const struct safetensors_tensor *t = find(s, name, ST_F32, 0);
    if (t->dims != 2 || t->shape[1] != (size_t)c->width) die("%s is damaged: %s has another width", s->path, name);
    free(c->row);
    c->count = c->capacity = (int)t->shape[0];
    c->row = alloc_floats(t->count + 1);
    read_floats(c->row, s, name, t->count);
}

static void read_numbers(struct trainer *t, struct loader *data, struct rng *r, const struct safetensors *s) {
    char error[256];
    uint64_t n[NUMBERS];
    if (!safetensors_read_raw(n, s, find(s, "numbers", ST_U64, NUMBERS), error, sizeof error)) die("%s", error);
    if (n[0] > INT32_MAX || n[1] > INT32_MAX || n[2] > data->rows->count || n[5] != t->model->parameters)
        die("%s is damaged: its step or its place in the data cannot be", s->path);
    t->step = (int)n[0];
    loader_seek(data, (int)n[1], n[2]);
    *r = (struct rng){n[3], n[4]};
}

void checkpoint_load(struct trainer *t, struct loader *data, struct rng *r, struct history *h, const char *settings,
                     const char *dir, const char *name) {
    char path[600], error[256], tensor[64];
    struct safetensors s;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (!safetensors_open(&s, path, error, sizeof error)) die("%s. Start without --resume", error);
    compare_settings(path, safetensors_metadata(&s, "settings"), settings);
    read_numbers(t, data, r, &s);
    for (int g = 0; g < 3; g++)
        for (int i = 0; i < t->tensors; i++)
            read_floats(group(t, g) + t->tensor[i].at, &s, tensor_name(tensor, sizeof tensor, t, g, i),
                        t->tensor[i].size);
    read_curve(&h->train, &s, "curve.train");
    read_curve(&h->test, &s, "curve.test");
    read_curve(&h->probes, &s, "curve.probes");
    safetensors_close(&s);
}
