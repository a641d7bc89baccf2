// Adapters as PEFT keeps them. What this course's LoRA cannot do is refused: an adapter that loads but computes
// otherwise is the worst kind of error. Hence every setting must be known here, known to be harmless, or off.
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_json.h"
#include "14-pretraining/safetensors.h"
#include "17-lora/peft_model.h"

enum { LARGEST_RANK = 1 << 16, NAME_SIZE = 128 };

static const char config_name[] = "adapter_config.json", weights_name[] = "adapter_model.safetensors";

// One of the thin matrices, and its name in the file.
struct matrix {
    char name[NAME_SIZE];
    float *numbers;
    size_t rows, cols;
};

// How many places for matrices a model has, with LoRA there or not.
static int places(const struct peft_model *m) {
    return m->config.L * LORA_SITES * 2;
}

// The matrix at place i, layer by layer, site by site, A before B; false: there is no LoRA. lora_A of layer 0's queries
// is base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight.
static bool matrix_at(struct matrix *x, const struct peft_model *m, int i) {
    const int b = i % 2, site = i / 2 % LORA_SITES, layer = i / 2 / LORA_SITES;
    const struct lora *l = &m->block[layer].lora[site];
    if (l->R == 0) return false;
    *x = (struct matrix){
        .numbers = b ? l->B : l->A, .rows = (size_t)(b ? l->O : l->R), .cols = (size_t)(b ? l->R : l->I)};
    snprintf(x->name, sizeof x->name, "base_model.model.model.layers.%d.%s.%s.lora_%c.weight", layer,
             site <= SITE_O ? "self_attn" : "mlp", lora_site_name[site], b ? 'B' : 'A');
    return true;
}

// ---- Writing --------------------------------------------------------------------------------------------------------

// 0.05f is 0.0500000007...: six digits are what a person wrote.
static json_t *setting(float x) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", x);
    return x == floorf(x) ? json_integer((json_int_t)x) : json_real(strtod(text, NULL));
}

static void save_config(const char *dir, const struct peft_plan *plan, const char *base) {
    json_t *targets = json_array();
    for (int site = 0; site < LORA_SITES; site++)
        if (plan->sites >> site & 1) json_array_append_new(targets, json_string(lora_site_name[site]));
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:s, s:b, s:b, s:b, s:b, s:b, s:{}, s:{}, s:n, s:n}",
                  "peft_type", "LORA", "task_type", "CAUSAL_LM", "base_model_name_or_path", base, "r", plan->rank,
                  "lora_alpha", setting(plan->alpha), "lora_dropout", setting(plan->dropout), "target_modules", targets,
                  "bias", "none", "fan_in_fan_out", 0, "use_dora", 0, "use_rslora", 0, "init_lora_weights", 1,
                  "inference_mode", 1, "rank_pattern", "alpha_pattern", "modules_to_save", "layers_to_transform");
    hf_json_write(root, dir, config_name);
}

void peft_save(const char *dir, const struct peft_model *m, const char *base) {
    const struct peft_plan *p = &m->plan;
    if (p->rank < 1 || !p->sites || p->adapter || p->prompt || p->prefix || p->norms || p->rows)
        die("%s: cannot save: only LoRA is kept as PEFT keeps it, and nothing may learn beside it: no adapter, prompt "
            "or prefix, no norms, no rows of the token table",
            dir);
    struct safetensors_writer w;
    struct matrix x;
    safetensors_begin(&w, dir, weights_name);
    for (int i = 0; i < places(m); i++)
        if (matrix_at(&x, m, i)) safetensors_announce(&w, x.name, ST_F32, 2, (size_t[]){x.rows, x.cols});
    for (int i = 0; i < places(m); i++)
        if (matrix_at(&x, m, i)) safetensors_write_floats(&w, x.name, x.numbers);
    safetensors_end(&w);
    save_config(dir, p, base);
}

// ---- Reading adapter_config.json ------------------------------------------------------------------------------------

struct reader {
    const json_t *root;
    struct source fault;
    bool ok;  // no fault yet: only the first is told
};

__attribute__((format(printf, 2, 3))) static void refuse(struct reader *r, const char *format, ...) {
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (r->ok) source_fault(&r->fault, "%s", message);
    r->ok = false;
}

// A value as it stands in the file, cut to fit a message.
static const char *shown(char out[80], const json_t *value) {
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    snprintf(out, 80, "%s", value ? text ? text : "?" : "none");
    free(text);
    return out;
}

static float number_field(struct reader *r, const char *key, float missing, double below) {
    const json_t *value = json_object_get(r->root, key);
    char found[80];
    if (!value && missing >= 0) return missing;
    double x = json_number_value(value);
    if (!json_is_number(value) || !(x >= 0) || !(x < below) || (missing < 0 && x == 0))
        refuse(r, "%s: expected a number %s 0 and below %g, found %s", key, missing < 0 ? "above" : "from", below,
               shown(found, value));
    return (float)x;
}

// Two values at most are right; an absent field is as good as the first.
static void only_string(struct reader *r, const char *key, const char *right, const char *also) {
    const json_t *value = json_object_get(r->root, key);
    const char *text = json_string_value(value);
    char found[80];
    if (!value || json_is_null(value) || (text && (strcmp(text, right) == 0 || (also && strcmp(text, also) == 0))))
        return;
    refuse(r, "%s: expected \"%s\", found %s", key, right, shown(found, value));
}

static unsigned target_sites(struct reader *r) {
    const json_t *targets = json_object_get(r->root, "target_modules"), *target;
    unsigned sites = 0;
    char found[80];
    size_t i;
    if (!json_is_array(targets) || json_array_size(targets) == 0)
        refuse(r, "target_modules: expected a list of names, such as [\"q_proj\", \"v_proj\"], found %s",
               shown(found, targets));
    json_array_foreach(targets, i, target) {
        int site = 0;
        const char *name = json_string_value(target);
        while (site < LORA_SITES && !(name && strcmp(name, lora_site_name[site]) == 0)) site++;
        if (site == LORA_SITES)
            refuse(r,
                   "target_modules: expected names of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and "
                   "down_proj, found %s",
                   shown(found, target));
        sites |= 1u << site;
    }
    return sites;
}

// How A and B began is past, except where the pretrained weights were changed with them: PiSSA, OLoRA, LoftQ, ...
static void check_start(struct reader *r) {
    const json_t *start = json_object_get(r->root, "init_lora_weights");
    if (json_is_string(start)) only_string(r, "init_lora_weights", "gaussian", "orthogonal");
}

static bool is_off(const json_t *value) {
    return json_is_null(value) || json_is_false(value) || (json_is_object(value) && json_object_size(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

// What is neither read here nor without any effect must be off: PEFT has new settings with every version.
static void check_rest(struct reader *r) {
    static const char *const read_or_harmless[] = {"peft_type",
                                                   "r",
                                                   "lora_alpha",
                                                   "lora_dropout",
                                                   "target_modules",
                                                   "bias",
                                                   "task_type",
                                                   "init_lora_weights",
                                                   "base_model_name_or_path",
                                                   "revision",
                                                   "inference_mode",
                                                   "peft_version",
                                                   "auto_mapping",
                                                   "megatron_core",
                                                   "qalora_group_size"};
    const char *key;
    json_t *value;
    char found[80];
    json_object_foreach((json_t *)r->root, key, value) {
        bool known = false;
        for (int i = 0; i < COUNT(read_or_harmless); i++) known = known || strcmp(key, read_or_harmless[i]) == 0;
        if (!known && !is_off(value))
            refuse(r, "%.60s: this course's LoRA does not do that: expected false, null or nothing, found %s", key,
                   shown(found, value));
    }
}

bool peft_read_plan(struct peft_plan *plan, const char *dir, char *error, size_t error_size) {
    char path[4096], found[80];
    snprintf(path, sizeof path, "%s/%s", dir, config_name);
    struct reader r = {.fault = {.path = path, .error = error, .error_size = error_size}, .ok = true};
    *plan = (struct peft_plan){0};
    json_t *root = hf_json_read(&r.fault);
    if (!root) return false;
    r.root = root;
    const json_t *type = json_object_get(root, "peft_type"), *rank = json_object_get(root, "r");
    if (!json_is_string(type) || strcmp(json_string_value(type), "LORA") != 0)
        refuse(&r, "peft_type: expected \"LORA\", found %s", shown(found, type));
    if (!json_is_integer(rank) || json_integer_value(rank) < 1 || json_integer_value(rank) > LARGEST_RANK)
        refuse(&r, "r: expected a whole number from 1 to %d, found %s", LARGEST_RANK, shown(found, rank));
    else plan->rank = (int)json_integer_value(rank);
    plan->alpha = number_field(&r, "lora_alpha", -1, 1e6);
    plan->dropout = number_field(&r, "lora_dropout", 0, 1);
    plan->sites = target_sites(&r);
    only_string(&r, "bias", "none", NULL);
    only_string(&r, "task_type", "CAUSAL_LM", NULL);
    check_start(&r);
    check_rest(&r);
    json_decref(root);
    if (!r.ok) *plan = (struct peft_plan){0};
    return r.ok;
}

// ---- Reading adapter_model.safetensors ------------------------------------------------------------------------------

static bool check_matrix(const struct safetensors *s, const struct matrix *x, struct source *fault) {
    const struct safetensors_tensor *t = safetensors_find(s, x->name);
    char found[200] = "";
    if (!t) return source_fault(fault, "expected a tensor \"%s\", found none", x->name);
    if (t->dims == 2 && t->shape[0] == x->rows && t->shape[1] == x->cols) return true;
    for (int d = 0, at = 0; d < t->dims; d++)
        at += snprintf(found + at, sizeof found - (size_t)at, d > 0 ? ", %zu" : "%zu", t->shape[d]);
    return source_fault(fault, "tensor \"%s\": expected shape [%zu, %zu], found [%s]: an adapter of another model?",
                        x->name, x->rows, x->cols, found);
}

// Nothing is read before the file has been seen to hold all matrices, and no more.
static bool read_matrices(struct peft_model *m, const struct safetensors *s, struct source *fault) {
    struct matrix x;
    int wanted = 0;
    for (int i = 0; i < places(m); i++) {
        if (!matrix_at(&x, m, i)) continue;
        if (!check_matrix(s, &x, fault)) return false;
        wanted++;
    }
    if (wanted != s->count)
        return source_fault(fault, "expected %d tensors, as %s says, found %d: one of another adapter?", wanted,
                            config_name, s->count);
    for (int i = 0; i < places(m); i++)
        if (matrix_at(&x, m, i) &&
            !safetensors_read_floats(x.numbers, s, safetensors_find(s, x.name), fault->error, fault->error_size))
            return false;
    return true;
}

bool peft_read_weights(struct peft_model *m, const char *dir, char *error, size_t error_size) {
    char path[4096], old[4096];
    struct safetensors s;
    snprintf(path, sizeof path, "%s/%s", dir, weights_name);
    snprintf(old, sizeof old, "%s/adapter_model.bin", dir);
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    if (access(path, F_OK) != 0 && access(old, F_OK) == 0)
        return source_fault(&fault,
                            "there is only adapter_model.bin, a pickle, whose reading can run code: save the "
                            "adapter anew with safe_serialization=True");
    if (!safetensors_open(&s, path, error, error_size)) return false;
    bool ok = read_matrices(m, &s, &fault);
    safetensors_close(&s);
    return ok;
}
