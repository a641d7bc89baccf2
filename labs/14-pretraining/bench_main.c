// The numbers of chapter 14: a training step beside PyTorch's, turn by turn, and the memory it takes beside the calculator's.
// PyTorch is looked for at run time and is no dependency. Every measurement is a process of its own, so that its peak of
// memory is its own, too.
#define _POSIX_C_SOURCE 200809L
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "14-pretraining/pretraining.h"
#include "tools/fma_peak.h"

struct shape {
    const char *name;
    int L, C, H, V, B, T;
};
static const struct shape shapes[] = {
    {"baby GPT", 6, 384, 6, 65, 12, 64},
    {"baby GPT", 6, 384, 6, 65, 8, 256},
    {"GPT-2 124M", 12, 768, 12, 50257, 4, 64},
};

struct measured {
    double seconds;  // the best step
    double memory;   // bytes, at most
    double peak;     // GFLOP/s
};

// ---- ours -------------------------------------------------------------------------------------------------------------
static struct measured our_peak(const struct shape *s, int seconds, int threads) {
    (void)s, (void)seconds;
    return (struct measured){.peak = fma_peak_gflops(threads)};
}

// Forward, backward, clipping and AdamW on random tokens, again and again.
static struct measured our_step(const struct shape *s, int seconds, int threads) {
    struct gpt_config c = gpt2_config(s->V, s->T, s->C, s->L, s->H);
    struct hyperparameters h = {1e-4f, 1e-5f, 1, 1000000, 0.9f, 0.95f, 1e-8f, 0.1f, 1, 1, false};
    struct measured best = {.seconds = 1e30};
    struct rng r;
    struct gpt m;
    struct rows rows;
    struct trainer t;
    struct loader data;
    omp_set_num_threads(threads);
    rng_seed(&r, 1, 1);
    gpt_init(&m, &c, 0.02f, &r);
    rows_init(&rows, (size_t)s->B, s->T);
    for (size_t i = 0; i < rows.count * ((size_t)s->T + 1); i++) rows.token[i] = rng_below(&r, s->V);
    trainer_init(&t, &m, &h, s->B, s->T);
    loader_init(&data, &rows, s->B, 1);
    double begun = clock_seconds();
    for (int step = 0; step < 3 || clock_seconds() - begun < seconds; step++) {
        double start = clock_seconds();
        if (!trainer_step(&t, &data).finite) die("a step of the benchmark is not finite");
        double took = clock_seconds() - start;
        if (took < best.seconds) best.seconds = took;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    best.memory = (double)usage.ru_maxrss * 1024;
    trainer_free(&t);
    loader_free(&data);
    rows_free(&rows);
    gpt_free(&m);
    return best;
}

static struct measured in_process(struct measured (*measure)(const struct shape *, int, int), const struct shape *s,
                                  int seconds, int threads) {
    int ends[2];
    struct measured m = {0};
    if (pipe(ends) != 0) die("no pipe for a measurement");
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) die("no process for a measurement");
    if (child == 0) {
        m = measure(s, seconds, threads);
        bool written = write(ends[1], &m, sizeof m) == (ssize_t)sizeof m;
        _exit(!written);
    }
    close(ends[1]);
    bool whole = read(ends[0], &m, sizeof m) == (ssize_t)sizeof m;
    close(ends[0]);
    waitpid(child, NULL, 0);
    if (!whole) die("a measurement failed");
    return m;
}

// ---- theirs -----------------------------------------------------------------------------------------------------------
// Seconds of PyTorch's best step, or 0 where this Python has none; version (size bytes) is PyTorch's.
static double their_step(char *version, size_t size, const char *python, const struct shape *s, int seconds,
                         int threads) {
    char command[700], line[200] = "";
    double best = 0;
    snprintf(command, sizeof command, "'%s' labs/14-pretraining/peer_torch.py %d %d %d %d %d %d %d %d 2>/dev/null",
             python, s->L, s->C, s->H, s->V, s->B, s->T, seconds, threads);
    FILE *f = popen(command, "r");
    if (f && fgets(line, sizeof line, f)) {
        char *end;
        best = strtod(line, &end);
        snprintf(version, size, "%.*s", (int)strcspn(end + 1, "\n"), end + 1);
    }
    if (f) pclose(f);
    return best;
}

// ---- the table ----------------------------------------------------------------------------------------------------------
struct options {
    const char *python, *table;
    int threads, seconds, rounds;
};

struct race {
    struct measured ours;
    double theirs;  // seconds of the best step, 0 where there is no PyTorch
    char version[64];
};

// All shapes, ours and PyTorch's in turn; the best of all rounds. Returns the FMA peak in GFLOP/s: measured before every
// turn and the best taken, because a virtual machine whose two cores are one core's two threads for a while has half of it.
static double run_races(struct race *race, const struct options *o) {
    struct progress p;
    double peak = 0, turns = 0;
    progress_start(&p, "races", 2.0 * COUNT(shapes) * o->rounds, "turns");
    for (int i = 0; i < COUNT(shapes); i++) {
        const struct shape *s = &shapes[i];
        race[i] = (struct race){.ours = {.seconds = 1e30}};
        for (int round = 0; round < o->rounds; round++) {
            double now = in_process(our_peak, s, 0, o->threads).peak;
            if (now > peak) peak = now;
            struct measured m = in_process(our_step, s, o->seconds, o->threads);
            if (m.seconds < race[i].ours.seconds) race[i].ours = m;
            progress_update(&p, ++turns, "%s, B=%d T=%d", s->name, s->B, s->T);
            double theirs = their_step(race[i].version, sizeof race[i].version, o->python, s, o->seconds, o->threads);
            if (theirs > 0 && (race[i].theirs == 0 || theirs < race[i].theirs)) race[i].theirs = theirs;
            progress_update(&p, ++turns, "%s, B=%d T=%d", s->name, s->B, s->T);
        }
    }
    progress_end(&p, "FMA peak %.0f GFLOP/s", peak);
    return peak;
}

static void write_row(FILE *f, const struct shape *s, const struct race *race, double peak) {
    struct gpt_config c = gpt2_config(s->V, s->T, s->C, s->L, s->H);
    double tokens = (double)s->B * s->T, gflop = 1e-9 * tokens * gpt_flops_per_token(&c, s->T);
    double ours = race->ours.seconds, theirs = race->theirs;
    fprintf(f, "| %s, B=%d T=%d | %.0f | %.0f%%", s->name, s->B, s->T, tokens / ours, 100 * gflop / ours / peak);
    if (theirs > 0)
        fprintf(f, " | %.0f (%.0f%%), %s | %.2f", tokens / theirs, 100 * gflop / theirs / peak, race->version,
                theirs / ours);
    else fprintf(f, " | not installed |");
    double measured = race->ours.memory, told = gpt_training_bytes(&c, s->B, s->T).total;
    fprintf(f, " | %.1f | %.1f | %+.1f%% |\n", measured / 1e6, told / 1e6, 100 * (told / measured - 1));
}

static void write_table(FILE *f, const struct race *race, double peak, const struct options *o) {
    fprintf(f,
            "| training step | ours, tokens/s | of the FMA peak | PyTorch, tokens/s | ours / PyTorch | memory, MB | "
            "calculated | calculated / measured |\n|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < COUNT(shapes); i++) write_row(f, &shapes[i], &race[i], peak);
    fprintf(
        f,
        "\n%d thread%s, FMA peak %.0f GFLOP/s, float32. FLOPs are tokens × (6N + 12·L·C·T). Best step of %d rounds of "
        "%d s, ours and PyTorch's in turn.\n",
        o->threads, o->threads > 1 ? "s" : "", peak, o->rounds, o->seconds);
}

int main(int argc, char **argv) {
    struct options o = {.python = "python3", .table = "", .threads = omp_get_num_procs(), .seconds = 10, .rounds = 3};
    struct flag flags[] = {
        flag_string("python", &o.python, "a Python that has PyTorch"),
        flag_int("threads", &o.threads, 1, 1024, "threads of both"),
        flag_int("seconds", &o.seconds, 1, 1000, "of each measurement; three steps at least"),
        flag_int("rounds", &o.rounds, 1, 100, "turns of each"),
        flag_string("table", &o.table, "a folder: write bench.md there too"),
    };
    flags_parse(argc, argv, "Times a training step beside PyTorch's.", NULL, flags, COUNT(flags));
    struct race race[COUNT(shapes)];
    struct out_file file;
    if (*o.table) out_open(&file, o.table, "bench.md");  // a folder that cannot be written: now, not after minutes
    double peak = run_races(race, &o);
    write_table(stdout, race, peak, &o);
    if (!*o.table) return 0;
    fprintf(file.f, "# Training speed\n\nMeasured by `make bench-14 ARGS=\"--table FOLDER\"`.\n\n");
    write_table(file.f, race, peak, &o);
    out_close(&file);
    printf("wrote %s/bench.md\n", o.table);
    return 0;
}
