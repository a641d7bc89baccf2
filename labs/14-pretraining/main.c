// pretrain: a GPT from nothing. The micro-world's documents, or any text, in; a model that other people's software loads, out.
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "14-pretraining/checkpoint.h"
#include "14-pretraining/cleaning.h"
#include "14-pretraining/corpus.h"
#include "14-pretraining/hf_folder.h"
#include "14-pretraining/options.h"
#include "14-pretraining/report.h"
#include "datasets/micro_world.h"
#include "tools/fma_peak.h"

static const char checkpoint_name[] = "checkpoint.safetensors";

// ---- setting up -------------------------------------------------------------------------------------------------------
struct run {
    struct options o;
    struct corpus corpus;
    struct gpt model;
    struct trainer trainer;
    struct loader data;
    struct history history;
    struct rng rng;       // of the samples
    char settings[1024];  // what makes this run this run
    double peak;          // FLOP/s that this machine can do
    double compute;       // seconds in steps, without tests, samples and checkpoints
    long tokens;          // of those steps
};

static void make_model(struct run *run) {
    const struct options *o = &run->o;
    if (*o->init) {
        char error[512];
        if (!hf_load(&run->model, NULL, o->init, error, sizeof error)) die("%s", error);
        if (run->model.config.V < run->corpus.V)
            die("the model in %s has %d tokens, the data have %d: give its tokenizer with --vocabulary %s", o->init,
                run->model.config.V, run->corpus.V, o->init);
        if (run->model.config.T < o->context)
            die("the model in %s sees %d tokens at once: take --context %d", o->init, run->model.config.T,
                run->model.config.T);
        return;
    }
    int kv_heads = o->kv_heads ? o->kv_heads : o->heads;
    struct gpt_config c = strcmp(o->shape, "gpt2") == 0
                              ? gpt2_config(run->corpus.V, o->context, o->channels, o->layers, o->heads)
                              : llama_config(run->corpus.V, o->context, o->channels, o->layers, o->heads, kv_heads);
    if (o->kv_heads && c.shape == GPT2) c.G = o->kv_heads;
    c.rope_base = o->rope_base;
    const char *fault = gpt_config_fault(&c);
    if (fault) die_usage("these sizes do not go together: %s", fault);
    struct rng r;
    rng_seed(&r, (uint64_t)o->seed, 1);
    gpt_init(&run->model, &c, o->std, &r);
}

static void describe(struct run *run) {
    const struct options *o = &run->o;
    const struct gpt_config *c = &run->model.config;
    snprintf(
        run->settings, sizeof run->settings,
        "model %s V=%d T=%d C=%d L=%d H=%d G=%d F=%d base %g\ndata %016llx, %zu rows of %d\ninit %s, std %g, seed %d\n"
        "batch %d, accumulate %d\nsteps %d, warmup %d, lr %g to %g\nbeta2 %g, decay %g, clip %g, bf16 %d\n"
        "test every %d, sample every %d at %g\n",
        c->shape == GPT2 ? "gpt2" : "llama", c->V, c->T, c->C, c->L, c->H, c->G, c->F, (double)c->rope_base,
        (unsigned long long)corpus_hash(&run->corpus), run->corpus.train.count, run->corpus.train.T,
        *o->init ? o->init : "random", o->std, o->seed, o->batch, o->accumulate, o->steps, o->warmup, o->lr, o->lr_min,
        o->beta2, o->weight_decay, o->clip, o->bf16, o->test_every, o->sample_every, o->temperature);
}

static void set_up(struct run *run) {
    const struct options *o = &run->o;
    if (*o->text) corpus_text(&run->corpus, o->text, o->vocabulary, o->vocab, o->context);
    else corpus_micro_world(&run->corpus, o->tokens, o->context, o->longest_first, (uint64_t)o->seed);
    make_model(run);
    struct hyperparameters h = {.lr_max = o->lr,
                                .lr_min = o->lr_min,
                                .warmup = o->warmup,
                                .total = o->steps,
                                .beta1 = 0.9f,
                                .beta2 = o->beta2,
                                .eps = 1e-8f,
                                .weight_decay = o->weight_decay,
                                .clip = o->clip,
                                .accumulate = o->accumulate,
                                .bf16 = o->bf16};
    trainer_init(&run->trainer, &run->model, &h, o->batch, o->context);
    loader_init(&run->data, &run->corpus.train, o->batch, (uint64_t)o->seed);
    history_init(&run->history);
    rng_seed(&run->rng, (uint64_t)o->seed, 2);
    describe(run);
    run->peak = 1e9 * fma_peak_gflops(omp_get_max_threads());
}

// What comes before training, where the texts are as the web has them (chapter's text, sections 1 to 3).
static void show_cleaning(const struct options *o) {
    struct cleaning how = cleaning_defaults();
    how.out = o->out;
    show_crawl(o->pages, o->pages / 8, &how);
    show_curve(o->quick ? 20 : 1000, &how);
    show_time(o->pages, &how);
    printf("\n");
}

static void tear_down(struct run *run) {
    trainer_free(&run->trainer);
    loader_free(&run->data);
    history_free(&run->history);
    gpt_free(&run->model);
    corpus_free(&run->corpus);
}

// A run that begins anew does not cost an earlier one its checkpoint.
static void keep_previous(const char *dir) {
    char path[600], kept[640];
    snprintf(path, sizeof path, "%s/%s", dir, checkpoint_name);
    snprintf(kept, sizeof kept, "%s/previous.%s", dir, checkpoint_name);
    if (rename(path, kept) == 0) fprintf(stderr, "an earlier run's checkpoint is kept as %s\n", kept);
}

static void show_run(const struct run *run) {
    const struct corpus *c = &run->corpus;
    const struct gpt_config *g = &run->model.config;
    const struct options *o = &run->o;
    printf(
        "data    %s: %zu tokens in %zu rows of %d to train on, %zu rows to test on; %.1f%% padding, %zu documents "
        "cut\n",
        c->village ? "micro-world" : o->text, c->tokens, c->train.count, c->train.T, c->test.count,
        100 * rows_padding(&c->train), c->cut);
    if (c->village) printf("        cut wherever a row is full, %zu documents would have been\n", c->chopped);
    printf("model   %s: %d layers, %d channels, %d heads, vocabulary %d: %zu parameters\n",
           g->shape == GPT2 ? "GPT-2" : "Llama", g->L, g->C, g->H, g->V, run->model.parameters);
    struct gpt_bytes b = gpt_training_bytes(g, o->batch, o->context);
    printf("memory  %.1f MB: weights %.1f, gradients %.1f, moments %.1f, activations %.1f, logits %.1f, scratch %.1f\n",
           b.total / 1e6, b.params / 1e6, b.grads / 1e6, b.moments / 1e6, b.activations / 1e6, b.logits / 1e6,
           b.scratch / 1e6);
    long tokens = (long)o->batch * o->accumulate * o->context;
    printf("steps   %d of %ld tokens: %.1f epochs, %.3g FLOP\n", o->steps, tokens,
           (double)o->steps * o->batch * o->accumulate / (double)c->train.count,
           gpt_flops_per_token(g, o->context) * (double)tokens * o->steps);
    fflush(stdout);
}

// ---- what happens between steps -----------------------------------------------------------------------------------------
static volatile sig_atomic_t stopped = 0;
static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void save(struct run *run) {
    checkpoint_save(run->o.out, checkpoint_name, &run->trainer, &run->data, &run->rng, &run->history, run->settings);
}

// On all rows before the first step and after the last, on some of them in between.
static double test_loss(struct run *run) {
    const struct rows *test = &run->corpus.test;
    bool all = run->trainer.step == 0 || run->trainer.step == run->o.steps;
    size_t count = test->count < 1024 || all ? test->count : 1024;
    return evaluate(&run->model, test, 0, count, run->o.batch, NULL).loss;
}

// Probes of a kind at every test: fewer than at the end, for they take time.
enum { PROBES_SO_FAR = 40 };

static void log_probes(struct run *run) {
    float row[PROBE_COLUMNS] = {(float)run->trainer.step};
    int probes = run->o.quick ? 5 : PROBES_SO_FAR;
    for (int k = 0; k < MW_PROBES; k++) row[1 + k] = (float)report_probe(&run->model, k, probes, 78);
    curve_push(&run->history.probes, row);
}

static void log_test(struct run *run, struct live_plot *plot) {
    float row[TEST_COLUMNS] = {(float)run->trainer.step, (float)test_loss(run)};
    curve_push(&run->history.test, row);
    live_point(plot, "test", row[0], row[1]);
    if (run->corpus.village) log_probes(run);
}

static void log_sample(struct run *run, FILE *samples) {
    struct sampling s = {.temperature = run->o.temperature, .stop = run->corpus.end};
    fprintf(samples, "step %d\n", run->trainer.step);
    for (int i = 0; i < 3; i++) report_sample(samples, &run->corpus, &run->model, &s, &run->rng, "    ");
    fflush(samples);
}

// Loss and length are never negative, but a NaN may have a sign: fabsf takes it away.
static void die_not_finite(const struct run *run, const struct step_report *r) {
    die("step %d: the loss is %g and the gradient's length %g. The first number that is none: %s.\n"
        "Try a smaller --lr (now %g), a longer --warmup (%d), or --clip 1 (%g). The last checkpoint, if any, is "
        "in %s as it was",
        run->trainer.step + 1, (double)fabsf(r->loss), (double)fabsf(r->norm), r->where, run->o.lr, run->o.warmup,
        run->o.clip, run->o.out);
}

// One step, timed and logged.
static void step(struct run *run, struct progress *bar, struct live_plot *plot, int begun) {
    const struct options *o = &run->o;
    double start = clock_seconds();
    struct step_report r = trainer_step(&run->trainer, &run->data);
    if (!r.finite) die_not_finite(run, &r);
    long tokens = (long)o->batch * o->accumulate * o->context;
    run->compute += clock_seconds() - start;
    run->tokens += tokens;
    curve_push(&run->history.train, (float[]){(float)run->trainer.step, r.loss, r.norm, r.lr});
    live_point(plot, "training", (float)run->trainer.step, r.loss);
    double rate = (double)run->tokens / run->compute;
    progress_update(bar, (double)(run->trainer.step - begun) * (double)tokens, "step %d  loss %.3f  MFU %.0f%%",
                    run->trainer.step, r.loss,
                    100 * flops_utilisation(rate, gpt_flops_per_token(&run->model.config, o->context), run->peak));
}

static void train(struct run *run, FILE *samples) {
    const struct options *o = &run->o;
    int begun = run->trainer.step;
    struct progress bar;
    struct live_plot plot;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    progress_start(&bar, "pretrain", (double)(o->steps - begun) * o->batch * o->accumulate * o->context, "tokens");
    live_open(&plot, "Pretraining", "step", "loss");
    if (begun == 0) log_test(run, &plot);
    while (run->trainer.step < o->steps && !stopped) {
        step(run, &bar, &plot, begun);
        bool last = run->trainer.step == o->steps;
        if (run->trainer.step % o->test_every == 0 || last) log_test(run, &plot);
        if (run->trainer.step % o->sample_every == 0 || last) log_sample(run, samples);
        if (run->trainer.step % o->checkpoint_every == 0 || last || stopped) save(run);
    }
    live_close(&plot);
    if (!stopped && o->steps > begun)
        progress_end(&bar, "loss %.3f", run->history.train.row[(run->history.train.count - 1) * TRAIN_COLUMNS + 1]);
}

// ---- at the end ---------------------------------------------------------------------------------------------------------
static void write_curves(const struct run *run) {
    struct csv_log log;
    const struct history *h = &run->history;
    long tokens = (long)run->o.batch * run->o.accumulate * run->o.context;
    csv_open(&log, run->o.out, "loss.csv", "step,tokens,loss,gradient_norm,lr");
    for (int i = 0; i < h->train.count; i++) {
        const float *r = h->train.row + (size_t)i * TRAIN_COLUMNS;
        csv_row(&log, "%d,%.0f,%.9g,%.9g,%.9g", (int)r[0], (double)r[0] * (double)tokens, r[1], r[2], r[3]);
    }
    csv_close(&log);
    csv_open(&log, run->o.out, "test_loss.csv", "step,tokens,loss,floor");
    for (int i = 0; i < h->test.count; i++) {
        const float *r = h->test.row + (size_t)i * TEST_COLUMNS;
        csv_row(&log, "%d,%.0f,%.9g,%.9g", (int)r[0], (double)r[0] * (double)tokens, r[1], run->corpus.floor);
    }
    csv_close(&log);
    csv_open(&log, run->o.out, "probes_by_step.csv", "step,tokens,fact,sum,repeat,reverse,count,recall_1,recall_3");
    for (int i = 0; i < h->probes.count; i++) {
        const float *r = h->probes.row + (size_t)i * PROBE_COLUMNS;
        csv_row(&log, "%d,%.0f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", (int)r[0], (double)r[0] * (double)tokens, r[1],
                r[2], r[3], r[4], r[5], r[6], r[7]);
    }
    csv_close(&log);
}

static void save_model(const struct run *run) {
    char folder[600];
    snprintf(folder, sizeof folder, "%s/model", run->o.out);
    struct hf_tokens tokens = {
        .begin = run->corpus.begin, .end = run->corpus.end, .padding = run->corpus.village ? MW_PAD : -1};
    hf_save(folder, &run->model.config, run->model.params, tokens);
    corpus_save_tokenizer(&run->corpus, folder, run->model.config.T);
    printf("model   saved in %s, as transformers reads it\n", folder);
}

// How many samples, and probes of a kind, are tried.
enum { SAMPLES = 200, PROBES = 100 };

static void show_village(struct run *run) {
    struct out_file file;
    struct csv_log log;
    struct sampling s = {.temperature = run->o.temperature, .stop = MW_EOS};
    int samples = run->o.quick ? 10 : SAMPLES, probes = run->o.quick ? 5 : PROBES;
    out_open(&file, run->o.out, "stories.txt");
    double right = report_well_formed(file.f, &run->corpus, &run->model, &s, samples, &run->rng);
    out_close(&file);
    printf("samples %.1f%% of %d, at temperature %g, are well-formed and true (stories.txt)\n", 100 * right, samples,
           run->o.temperature);
    csv_open(&log, run->o.out, "probes.csv", "probe,right");
    printf("probes ");
    for (int k = 0; k < MW_PROBES; k++) {
        double share = report_probe(&run->model, k, probes, 77);
        printf(" %s %.0f%%%s", micro_world_probe_name[k], 100 * share, k + 1 < MW_PROBES ? "," : "\n");
        csv_row(&log, "%s,%.4f", micro_world_probe_name[k], share);
    }
    csv_close(&log);
}

static void show_result(struct run *run) {
    const struct gpt_config *c = &run->model.config;
    struct evaluation e =
        evaluate(&run->model, &run->corpus.test, 0, run->corpus.test.count, run->o.batch, run->corpus.token_bytes);
    printf("test    loss %.4f, perplexity %.2f", e.loss, e.perplexity);
    if (e.bits_per_byte > 0) printf(", %.3f bits per byte", e.bits_per_byte);
    printf(" (before: loss %.4f", run->history.test.row[1]);
    if (run->corpus.village) printf("; knowing everything: %.4f", run->corpus.floor);
    printf(")\n");
    if (run->tokens > 0) {
        double rate = (double)run->tokens / run->compute, peak = 1e9 * fma_peak_gflops(omp_get_max_threads());
        struct rusage usage;
        if (peak > run->peak) run->peak = peak;  // the machine may have been busy at the start
        getrusage(RUSAGE_SELF, &usage);
        printf("speed   %.0f tokens/s, MFU %.0f%% of the measured %.0f GFLOP/s; at most %.1f MB of memory\n", rate,
               100 * flops_utilisation(rate, gpt_flops_per_token(c, run->o.context), run->peak), run->peak / 1e9,
               (double)usage.ru_maxrss * 1024 / 1e6);
    }
}

static void print_file(const char *dir, const char *name) {
    char path[600], text[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "r");
    for (size_t n; f && (n = fread(text, 1, sizeof text, f)) > 0;) fwrite(text, 1, n, stdout);
    if (f) fclose(f);
}

int main(int argc, char **argv) {
    struct run run = {.o = options_parse(argc, argv)};
    struct out_file samples;
    if (!*run.o.text && !run.o.resume && run.o.pages >= 16) show_cleaning(&run.o);
    set_up(&run);
    show_run(&run);
    if (run.o.resume) {
        checkpoint_load(&run.trainer, &run.data, &run.rng, &run.history, run.settings, run.o.out, checkpoint_name);
        printf("resumed after step %d\n", run.trainer.step);
    } else {
        keep_previous(run.o.out);
    }
    char samples_name[64] = "samples.txt";
    if (run.trainer.step > 0) snprintf(samples_name, sizeof samples_name, "samples-after-%d.txt", run.trainer.step);
    out_open(&samples, run.o.out, samples_name);
    train(&run, samples.f);
    out_close(&samples);
    write_curves(&run);
    if (stopped) {
        printf("stopped after step %d; go on with --resume\n", run.trainer.step);
        tear_down(&run);
        return 130;
    }
    print_file(run.o.out, samples_name);
    show_result(&run);
    if (run.corpus.village) show_village(&run);
    save_model(&run);
    tear_down(&run);
    return 0;
}
