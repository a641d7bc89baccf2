// From one folder to the next, and back to where a stage was stopped.
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/safetensors.h"
#include "16-sft/village.h"
#include "datasets/micro_world.h"

// ---- models ---------------------------------------------------------------------------------------------------------
static bool is_there(const char *dir, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

void stage_check_files(const char *dir, const char *command) {
    static const char *const needed[] = {"config.json", "model.safetensors", "tokenizer.json"};
    int found = 0;
    for (int i = 0; i < COUNT(needed); i++) found += is_there(dir, needed[i]);
    if (found == 0) die("there is no model in %s yet. First run: %s", dir, command);
    for (int i = 0; i < COUNT(needed); i++)
        if (!is_there(dir, needed[i]) && !(i == 1 && is_there(dir, "model.safetensors.index.json")))
            die("%s holds half a model: it has no %s. Make it anew: %s", dir, needed[i], command);
}

void stage_check_words(const struct codec *codec, const char *dir, const char *command) {
    if (codec->kind != CODEC_WORDS)
        die("the model in %s has no vocabulary of words: it is not one of the micro-world. Make one: %s", dir, command);
    for (int id = 0; id < MW_WORDS; id++) {
        size_t size = 0;
        const char *word = id < codec_count(codec) ? vocab_string(&codec->words.words, id, &size) : "nothing";
        if (id >= codec_count(codec)) size = strlen(word);
        if (size != strlen(micro_world_word(id)) || memcmp(word, micro_world_word(id), size) != 0)
            die("the model in %s is not one of the micro-world: its token %d is \"%.*s\", not \"%s\". Make one: %s",
                dir, id, (int)size, word, micro_world_word(id), command);
    }
}

void stage_open(struct gpt *m, struct codec *codec, const char *dir, const char *command) {
    char error[512];
    stage_check_files(dir, command);
    if (!hf_load(m, NULL, dir, error, sizeof error) || !codec_read_folder(codec, dir, error, sizeof error))
        die("%s%s Make the model anew: %s", error, strchr(".?", error[strlen(error) - 1]) ? "" : ".", command);
    stage_check_words(codec, dir, command);
    if (m->config.V < MW_WORDS)
        die("the model in %s knows %d tokens, its tokenizer %d. Make it anew: %s", dir, m->config.V, MW_WORDS, command);
    if (m->config.T < VILLAGE_T)
        die("the model in %s sees %d tokens at once; a question with its answer may have %d. Make one that sees more: "
            "%s",
            dir, m->config.T, VILLAGE_T, command);
}

void stage_copy(struct gpt *m, const struct gpt_config *c, const float *params) {
    struct rng r;
    rng_seed(&r, 0, 0);
    gpt_init(m, c, 0, &r);
    memcpy(m->params, params, m->parameters * sizeof(float));
}

void stage_save(const char *dir, const struct gpt *m, const struct codec *codec) {
    hf_save(dir, &m->config, m->params, codec->special);
    chat_template_save(dir, codec, m->config.T, &village_chat);
}

// ---- interrupts -----------------------------------------------------------------------------------------------------
static volatile sig_atomic_t interrupted = 0;
static void note(int signal) {
    (void)signal;
    interrupted = 1;
}

void stage_watch(void) {
    signal(SIGINT, note);
    signal(SIGTERM, note);
}

bool stage_interrupted(void) {
    return interrupted;
}

// ---- checkpoints ----------------------------------------------------------------------------------------------------
void stage_log_push(struct stage_log *l, const float *row) {
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? 2 * l->capacity : 256;
        l->row = realloc(l->row, (size_t)l->capacity * l->width * sizeof *l->row);
        if (!l->row) die("no memory for a curve of %d points", l->capacity);
    }
    memcpy(l->row + (size_t)l->count++ * l->width, row, (size_t)l->width * sizeof *row);
}

void stage_check_out(const char *dir) {
    struct out_file trial;
    out_open(&trial, dir, "trial");
    out_close(&trial);
    remove(trial.path);
}

static void keep_previous(const char *dir, const char *name) {
    char path[4096], kept[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(kept, sizeof kept, "%s/previous.%s", dir, name);
    if (rename(path, kept) == 0) fprintf(stderr, "an earlier run's checkpoint is kept as %s\n", kept);
}

uint64_t stage_hash(uint64_t hash, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3u;
    }
    return hash;
}

int stage_describe(char *text, size_t size, const struct gpt *m) {
    const struct gpt_config *c = &m->config;
    const uint64_t weights = stage_hash(STAGE_HASH, m->params, m->parameters);
    return snprintf(text, size, "model V=%d T=%d C=%d L=%d H=%d G=%d F=%d, weights %016llx\n", c->V, c->T, c->C, c->L,
                    c->H, c->G, c->F, (unsigned long long)weights);
}

enum { NUMBERS = 4 };  // step, the generator's state and increment, rows of the curve
enum { WEIGHTS, FIRST_MOMENTS, SECOND_MOMENTS, GROUPS };

static float *piece_numbers(const struct tuned *p, int group) {
    return group == WEIGHTS ? p->w : group == FIRST_MOMENTS ? p->m : p->v;
}

static const char *piece_name(char name[32], int group, int piece) {
    static const char *const groups[GROUPS] = {"weights", "m", "v"};
    snprintf(name, 32, "%s.%d", groups[group], piece);
    return name;
}

void stage_checkpoint(const char *dir, const char *name, const struct tuner *t, const struct rng *r,
                      const struct stage_log *l, const char *settings) {
    const uint64_t numbers[NUMBERS] = {(uint64_t)t->step, r->state, r->increment, (uint64_t)l->count};
    struct safetensors_writer w;
    char piece[32];
    safetensors_begin(&w, dir, name);
    safetensors_put_metadata(&w, "settings", settings);
    safetensors_announce(&w, "numbers", ST_U64, 1, (size_t[]){NUMBERS});
    for (int g = 0; g < GROUPS; g++)
        for (int i = 0; i < t->pieces; i++)
            safetensors_announce(&w, piece_name(piece, g, i), ST_F32, 1, &t->piece[i].n);
    safetensors_announce(&w, "curve", ST_F32, 2, (size_t[]){(size_t)l->count, (size_t)l->width});
    safetensors_write_raw(&w, "numbers", numbers);
    for (int g = 0; g < GROUPS; g++)
        for (int i = 0; i < t->pieces; i++)
            safetensors_write_floats(&w, piece_name(piece, g, i), piece_numbers(&t->piece[i], g));
    safetensors_write_floats(&w, "curve", l->row);
    safetensors_end(&w);
}

// Settings are lines; dies with the first that differs.
static void compare_settings(const char *path, const char *saved, const char *wanted) {
    if (!saved) die("%s is no checkpoint: it has no settings. Delete it or move it away to start anew", path);
    while (*saved || *wanted) {
        const int a = (int)strcspn(saved, "\n"), b = (int)strcspn(wanted, "\n");
        if (a != b || strncmp(saved, wanted, (size_t)a) != 0)
            die("%s is of another run: it has \"%.*s\", and this run \"%.*s\". Go on with the same flags and the same "
                "model, or delete it or move it away to start anew",
                path, a, saved, b, wanted);
        saved += a + (saved[a] == '\n');
        wanted += b + (wanted[b] == '\n');
    }
}

static const struct safetensors_tensor *find(const struct safetensors *s, const char *name, enum safetensors_type type,
                                             size_t count) {
    const struct safetensors_tensor *t = safetensors_find(s, name);
    if (!t || t->type != type || t->count != count)
        die("%s is damaged: expected %s with %zu numbers of type %s, found %s. Delete it or move it away to start anew",
            s->path, name, count, safetensors_type_name(type), t ? "another size or type" : "no such thing");
    return t;
}

static void read_floats(float *out, const struct safetensors *s, const char *name, size_t count) {
    char error[512];
    if (!safetensors_read_floats(out, s, find(s, name, ST_F32, count), error, sizeof error))
        die("%s. Delete the file or move it away to start anew", error);
}

static void read_numbers(struct tuner *t, struct rng *r, struct stage_log *l, const struct safetensors *s) {
    char error[512];
    uint64_t n[NUMBERS];
    if (!safetensors_read_raw(n, s, find(s, "numbers", ST_U64, NUMBERS), error, sizeof error))
        die("%s. Delete the file or move it away to start anew", error);
    if (n[0] > (uint64_t)t->total || n[3] > (uint64_t)INT32_MAX)
        die("%s is damaged: it says step %llu of %d. Delete it or move it away to start anew", s->path,
            (unsigned long long)n[0], t->total);
    t->step = (int)n[0];
    *r = (struct rng){n[1], n[2]};
    l->count = (int)n[3];
}

bool stage_resume(struct tuner *t, struct rng *r, struct stage_log *l, const char *settings, const char *dir,
                  const char *name) {
    char path[4096], error[512], piece[32];
    struct safetensors s;
    if (!is_there(dir, name)) return false;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (!safetensors_open(&s, path, error, sizeof error))
        die("%s. Delete the file or move it away to start anew", error);
    compare_settings(s.path, safetensors_metadata(&s, "settings"), settings);
    read_numbers(t, r, l, &s);
    for (int g = 0; g < GROUPS; g++)
        for (int i = 0; i < t->pieces; i++)
            read_floats(piece_numbers(&t->piece[i], g), &s, piece_name(piece, g, i), t->piece[i].n);
    const size_t numbers = (size_t)l->count * l->width;
    find(&s, "curve", ST_F32, numbers);  // before memory is taken for it
    free(l->row);
    l->capacity = l->count;
    l->row = alloc_floats(numbers + 1);
    read_floats(l->row, &s, "curve", numbers);
    safetensors_close(&s);
    return true;
}

bool stage_begin(bool resume, struct tuner *t, struct rng *r, struct stage_log *l, const char *settings,
                 const char *dir, const char *name) {
    if (!resume) keep_previous(dir, name);
    else if (stage_resume(t, r, l, settings, dir, name)) return true;
    else fprintf(stderr, "there is no %s/%s to go on from: this run begins at step 0\n", dir, name);
    return false;
}
