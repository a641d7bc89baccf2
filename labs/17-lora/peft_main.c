// Adapters made by PEFT, and ours for PEFT:
//     make demo-17 PROG=peft ARGS='--base FOLDER --adapter FOLDER --merge FOLDER'
// merges an adapter into its base: a model like any other, which `chat` and `generate` take.
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/safetensors.h"
#include "15-inference/chat_template.h"
#include "17-lora/peft_model.h"

struct options {
    const char *base, *adapter, *make, *check, *save, *logits, *merge;
    int rank, seed;
    float alpha, dropout;
    bool nf4;
};

struct loaded {
    struct gpt base;
    struct hf_tokens tokens;
    struct peft_model m;
};

// ---- the base and its adapter ---------------------------------------------------------------------------------------

// q_proj,v_proj,... or all
static unsigned sites_of(const char *names) {
    if (strcmp(names, "all") == 0) return (1u << LORA_SITES) - 1;
    char list[200], *rest = list;
    unsigned sites = 0;
    snprintf(list, sizeof list, "%s", names);
    for (char *name; (name = strtok_r(rest, ",", &rest));) {
        int site = 0;
        while (site < LORA_SITES && strcmp(name, lora_site_name[site]) != 0) site++;
        if (site == LORA_SITES)
            die_usage(
                "--make: expected all, or names of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
                "down_proj with commas between, found %s",
                name);
        sites |= 1u << site;
    }
    if (!sites) die_usage("--make: expected all, or names such as q_proj,v_proj");
    return sites;
}

// Numbers that show when something is lost: a trained B is not zero either.
static void fill_random(struct peft_model *m, struct rng *r) {
    for (int i = 0; i < m->config.L * LORA_SITES; i++) {
        struct lora *l = &m->block[i / LORA_SITES].lora[i % LORA_SITES];
        for (int k = 0; k < l->R * l->I; k++) l->A[k] = 0.3f * rng_normal(r);
        for (int k = 0; k < l->O * l->R; k++) l->B[k] = 0.3f * rng_normal(r);
    }
}

static void load_base(struct loaded *x, const char *dir) {
    char error[1024];
    if (!hf_load(&x->base, &x->tokens, dir, error, sizeof error)) die("%s", error);
    if (x->base.config.shape != LLAMA) die("%s: expected a Llama: this chapter's LoRA knows its layers alone", dir);
}

static void load_adapter(struct peft_model *m, const struct gpt *base, const char *dir, bool nf4) {
    char error[1024];
    struct peft_plan plan;
    if (!peft_read_plan(&plan, dir, error, sizeof error)) die("%s", error);
    plan.nf4 = nf4;
    peft_init(m, &base->config, base->params, &plan, 1);
    if (!peft_read_weights(m, dir, error, sizeof error)) die("%s", error);
}

static void load(struct loaded *x, const struct options *o) {
    load_base(x, o->base);
    if (o->adapter) load_adapter(&x->m, &x->base, o->adapter, o->nf4);
    else {
        struct rng r;
        rng_seed(&r, (uint64_t)o->seed, 17);
        peft_init(
            &x->m, &x->base.config, x->base.params,
            &(struct peft_plan){
                .rank = o->rank, .alpha = o->alpha, .dropout = o->dropout, .sites = sites_of(o->make), .nf4 = o->nf4},
            (uint64_t)o->seed);
        fill_random(&x->m, &r);
    }
}

static void describe(struct loaded *x) {
    const struct peft_plan *p = &x->m.plan;
    size_t learns = peft_trainable(&x->m), all = x->base.parameters;
    printf("rank %d, alpha %g, dropout %g, in", p->rank, p->alpha, p->dropout);
    for (int site = 0; site < LORA_SITES; site++)
        if (p->sites >> site & 1) printf(" %s", lora_site_name[site]);
    printf(": %zu numbers, %.2f%% of the base's %zu\n", learns, 100.0 * (double)learns / (double)all, all);
}

// ---- --check: against what PyTorch and PEFT found (tests/golden/17-lora.py) -------------------------------------------

static double farthest(const float *got, const float *want, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double off = fabs((double)got[i] - (double)want[i]);
        if (!(off <= most)) most = off;  // NaN too
        if (isnan(off)) break;
    }
    return most;
}

// A tensor in memory that the caller frees; it must be there, of this type and number of dimensions.
static void *tensor(const struct safetensors *s, const char *name, enum safetensors_type type, int dims) {
    char error[1024];
    const struct safetensors_tensor *t = safetensors_find(s, name);
    if (!t || t->type != type || t->dims != dims)
        die("%s: expected a tensor %s of type %s and %d dimensions", s->path, name, safetensors_type_name(type), dims);
    void *values = alloc_zeroed(t->bytes, 1);
    if (!safetensors_read_raw(values, s, t, error, sizeof error)) die("%s", error);
    return values;
}

// dir/gradients is a folder of the same form, with gradients for numbers.
static void check_gradients(const struct loaded *x, const char *dir) {
    char folder[4096];
    struct peft_model want;
    double most = 0;
    int checked = 0;
    snprintf(folder, sizeof folder, "%s/gradients", dir);
    load_adapter(&want, &x->base, folder, false);
    for (int i = 0; i < x->m.config.L * LORA_SITES; i++) {
        const struct lora *l = &x->m.block[i / LORA_SITES].lora[i % LORA_SITES];
        const struct lora *w = &want.block[i / LORA_SITES].lora[i % LORA_SITES];
        double off = fmax(farthest(l->dA, w->A, (size_t)l->R * l->I), farthest(l->dB, w->B, (size_t)l->O * l->R));
        if (!(off <= 1e-4))
            die("%s: the gradients of layer %d's %s are off by %.3g", folder, i / LORA_SITES,
                lora_site_name[i % LORA_SITES], off);
        most = fmax(most, off);
        checked += l->R > 0 ? 2 : 0;
    }
    printf("all %d gradients within %.1e\n", checked, most);
    peft_free(&want);
}

// The merged parameters in chapter 13's model: how far are its logits from the same expectation?
static double merged_off(const struct loaded *x, const int *inputs, const float *want, int B, int T) {
    struct gpt merged;
    float *params = peft_merged(&x->m);
    stage_copy(&merged, &x->m.config, params);
    gpt_reserve(&merged, B, T, false);
    double off = farthest(gpt_forward(&merged, inputs, NULL, B, T), want, (size_t)B * T * x->m.config.V);
    gpt_free(&merged);
    free(params);
    return off;
}

static void check(struct loaded *x, const char *dir) {
    char path[4096], error[1024];
    struct safetensors s;
    snprintf(path, sizeof path, "%s/expected.safetensors", dir);
    if (!safetensors_open(&s, path, error, sizeof error)) die("%s", error);
    int *inputs = tensor(&s, "inputs", ST_I32, 2), *targets = tensor(&s, "targets", ST_I32, 2);
    float *want = tensor(&s, "logits", ST_F32, 3), *loss = tensor(&s, "loss", ST_F32, 0);
    const struct safetensors_tensor *t = safetensors_find(&s, "logits");
    const int B = (int)t->shape[0], T = (int)t->shape[1];
    peft_reserve(&x->m, B, T, true);
    double off = farthest(peft_forward(&x->m, inputs, NULL, B, T), want, t->count);
    if (!(off <= 1e-4)) die("%s: the logits are off by %.3g", path, off);
    peft_zero_grads(&x->m);
    float got = peft_backward(&x->m, 1, inputs, targets, NULL, B, T);
    if (!(fabsf(got - *loss) <= 1e-5f)) die("%s: the loss is %.7f, expected %.7f", path, got, *loss);
    double merged = merged_off(x, inputs, want, B, T);
    if (!(merged <= 1e-4)) die("%s: merged, the logits are off by %.3g", path, merged);
    printf("logits within %.1e, merged %.1e, loss %.6f within %.1e, ", off, merged, got, fabs((double)got - *loss));
    check_gradients(x, dir);
    free(inputs);
    free(targets);
    free(want);
    free(loss);
    safetensors_close(&s);
}

// ---- what is written ------------------------------------------------------------------------------------------------

// dir/logits.safetensors: random inputs and what the model says, for PEFT to compare (tests/golden/17-loads-in-peft.py).
static void write_logits(struct loaded *x, const char *dir, uint64_t seed) {
    const int V = x->m.config.V, B = 2, T = x->m.config.T < 9 ? x->m.config.T : 9;
    int *inputs = alloc_zeroed((size_t)B * T, sizeof *inputs);
    struct rng r;
    rng_seed(&r, seed, 18);
    for (int i = 0; i < B * T; i++) inputs[i] = rng_below(&r, V);
    peft_reserve(&x->m, B, T, false);
    struct safetensors_writer w;
    safetensors_begin(&w, dir, "logits.safetensors");
    safetensors_announce(&w, "inputs", ST_I32, 2, (size_t[]){(size_t)B, (size_t)T});
    safetensors_announce(&w, "logits", ST_F32, 3, (size_t[]){(size_t)B, (size_t)T, (size_t)V});
    safetensors_write_raw(&w, "inputs", inputs);
    safetensors_write_floats(&w, "logits", peft_forward(&x->m, inputs, NULL, B, T));
    safetensors_end(&w);
    free(inputs);
}

// The adapter was made for the base as it is: written over, it would be lost to both.
static void check_place(const char *dir, const char *base) {
    struct stat to, from;
    if (stat(dir, &to) == 0 && stat(base, &from) == 0 && to.st_dev == from.st_dev && to.st_ino == from.st_ino)
        die("%s: --merge would write over the base: name another folder", dir);
}

// The base with the adapter in it, and, where the base has them, its tokenizer and who speaks.
static void write_merged(struct loaded *x, const char *base, const char *dir) {
    char error[1024];
    struct codec codec;
    struct chat_tokens speaks;
    float *merged = peft_merged(&x->m);
    hf_save(dir, &x->m.config, merged, x->tokens);
    free(merged);
    if (!codec_read_folder(&codec, base, error, sizeof error)) die("%s", error);
    if (codec.kind != CODEC_NONE && chat_template_read(&speaks, base, &codec))
        chat_template_save(dir, &codec, x->m.config.T, &speaks);
    else codec_save_folder(&codec, dir, x->m.config.T);
    codec_free(&codec);
    printf("merged: %s\n", dir);
}

int main(int argc, char **argv) {
    struct options o = {.rank = 8, .alpha = 16, .seed = 1};
    struct flag flags[] = {
        flag_string("base", &o.base, "a Hugging Face folder of a Llama: the model that stays as it is"),
        flag_string("adapter", &o.adapter, "a folder made by PEFT: adapter_config.json, adapter_model.safetensors"),
        flag_string("make", &o.make, "in place of --adapter: a random one, in q_proj,v_proj,... or all"),
        flag_int("rank", &o.rank, 1, 1 << 16, "of --make"),
        flag_float("alpha", &o.alpha, 1e-3, 1e5, "of --make"),
        flag_float("dropout", &o.dropout, 0, 0.99, "of --make"),
        flag_switch("nf4", &o.nf4, "the base's matrices in NF4 (QLoRA)"),
        flag_string("check", &o.check, "a folder with expected.safetensors and gradients: does all of it fit?"),
        flag_string("save", &o.save, "writes the adapter to this folder, as PEFT does"),
        flag_string("logits", &o.logits, "writes random inputs and logits to this folder's logits.safetensors"),
        flag_string("merge", &o.merge, "writes base and adapter as one model to this folder"),
        flag_int("seed", &o.seed, 0, 1 << 30, "of --make and --logits"),
    };
    flags_parse(argc, argv, "Reads, checks, writes and merges LoRA adapters as PEFT keeps them.", NULL, flags,
                COUNT(flags));
    if (!o.base || !o.adapter == !o.make)
        die_usage("expected --base FOLDER and either --adapter FOLDER or --make q_proj,v_proj (--help lists all)");
    if (o.merge) check_place(o.merge, o.base);
    struct loaded x = {0};
    load(&x, &o);
    describe(&x);
    if (o.check) check(&x, o.check);
    if (o.save) peft_save(o.save, &x.m, o.base);
    if (o.logits) write_logits(&x, o.logits, (uint64_t)o.seed);
    if (o.merge) write_merged(&x, o.base, o.merge);
    peft_free(&x.m);
    gpt_free(&x.base);
    return 0;
}
