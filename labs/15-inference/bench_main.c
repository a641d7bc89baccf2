// The numbers of chapter 15: how near decoding comes to the speed at which memory can be read, and prefill to the
// processor's peak; what fewer bits save; and one thread beside llama2.c's own program. All of it in turns, in one run.
// llama2.c is looked for at run time and is no part of this.
#define _POSIX_C_SOURCE 200809L
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "15-inference/llama2c.h"
#include "tools/fma_peak.h"

enum { PROMPT = 256, DECODED = 32, MOST_ROUNDS = 64 };

struct options {
    const char *peer, *table;
    int threads, rounds;
};

// One number per round.
struct series {
    double value[MOST_ROUNDS];
    int count;
};

static void put(struct series *s, double value) {
    s->value[s->count++] = value;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double best(struct series *s) {
    qsort(s->value, (size_t)s->count, sizeof(double), by_size);
    return s->value[s->count - 1];
}

static double median(struct series *s) {
    qsort(s->value, (size_t)s->count, sizeof(double), by_size);
    return (s->value[(s->count - 1) / 2] + s->value[s->count / 2]) / 2;
}

// ---- what is measured: each once ------------------------------------------------------------------------------------
// The sum of streams * n floats, read in so many places at once. Always inlined with a constant, so that the sums stay
// in registers.
static inline __attribute__((always_inline)) float sum_of(const float *x, size_t n, int streams) {
    enum { LANES = 8, MOST = 4 };
    typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));
    vector sums[MOST][2] = {{{0}}}, lanes = {0};
    for (size_t i = 0; i + 2 * LANES <= n; i += 2 * LANES)
        for (int k = 0; k < streams; k++)
            for (int j = 0; j < 2; j++) sums[k][j] += *(const vector *)(x + (size_t)k * n + i + (size_t)j * LANES);
    for (int k = 0; k < MOST; k++)
        for (int j = 0; j < 2; j++) lanes += sums[k][j];
    float total = 0;
    for (int lane = 0; lane < LANES; lane++) total += lanes[lane];
    return total;
}

// GB/s at which all threads read n floats, far more than any cache holds, and only add them up: each thread in one
// place, or in four at once. Which is faster depends on the machine and on how many threads there are: the ceiling is
// the larger one.
static double read_rate_of(const float *x, size_t n, int threads, bool four) {
    const size_t part = n / (size_t)threads;
    float total = 0;
    double start = clock_seconds();
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(+ : total)
    for (int t = 0; t < threads; t++) {
        const float *from = x + (size_t)t * part;
        total += four ? sum_of(from, part / 4, 4) : sum_of(from, part, 1);
    }
    double seconds = clock_seconds() - start;
    return total == 0 ? 0 : 4e-9 * (double)part * threads / seconds;  // never 0; asking makes the compiler add
}

static double read_rate(const float *x, size_t n, int threads) {
    double one = read_rate_of(x, n, threads, false), four = read_rate_of(x, n, threads, true);
    return one > four ? one : four;
}

// Tokens/s for n tokens, one after the other, behind what was read. The first is not timed: the caches still hold what
// was measured before.
static double decode_rate(struct decode_state *s, const int *tokens, int n) {
    decode(s, tokens, 1);
    double start = clock_seconds();
    for (int i = 1; i < n; i++) decode(s, tokens + i, 1);
    return (n - 1) / (clock_seconds() - start);
}

// The second of two, for the same reason.
static double prefill_rate(struct decode_state *s, const int *tokens, int n) {
    double start = 0;
    for (int turn = 0; turn < 2; turn++) {
        decode_rewind(s, 0);
        start = clock_seconds();
        decode(s, tokens, n);
    }
    return n / (clock_seconds() - start);
}

// ---- GPT-2 124M -----------------------------------------------------------------------------------------------------
// Operations of one prefill of n tokens: all matrices of the blocks for each, the head for the last, and the attention.
static double prefill_flops(const struct gpt_config *c, int n) {
    double blocks = decode_bytes(c, TYPE_F32) / 4 - (double)c->V * c->C;
    struct attention a = attention_self(1, n, c->H, c->G, c->C / c->H);
    a.causal = true;
    return 2 * (blocks * n + (double)c->V * c->C) + c->L * attention_flops(&a);
}

static const enum number_type types[] = {TYPE_F32, TYPE_Q8_0, TYPE_Q4_0};

static void write_gpt2(FILE *f, const struct options *o) {
    struct gpt_config c = gpt2_config(50257, 1024, 768, 12, 12);
    struct gpt m;
    struct rng r;
    struct decoder d[3];
    struct decode_state s[3];
    struct series memory = {{0}, 0}, peak = {{0}, 0}, prefill = {{0}, 0}, decoded[3] = {{{0}, 0}};
    int tokens[PROMPT];
    rng_seed(&r, 1, 1);
    gpt_init(&m, &c, 0.02f, &r);
    for (int i = 0; i < PROMPT; i++) tokens[i] = rng_below(&r, c.V);
    omp_set_num_threads(o->threads);
    for (int i = 0; i < COUNT(types); i++) {
        decoder_init(&d[i], &c, m.params, types[i]);
        decode_init(&s[i], &d[i], 1, PROMPT, i == 0 ? PROMPT : DECODED);
        decode(&s[i], tokens, DECODED);
    }
    for (int round = 0; round < o->rounds; round++) {
        put(&peak, fma_peak_gflops(o->threads));
        put(&prefill, prefill_rate(&s[0], tokens, PROMPT));
        put(&memory, read_rate(m.params, m.parameters, o->threads));
        for (int i = 0; i < COUNT(types); i++) {
            decode_rewind(&s[i], DECODED);
            put(&decoded[i], decode_rate(&s[i], tokens, DECODED));
        }
    }
    fprintf(f,
            "| GPT-2 124M's shape | tokens/s | MB read for a token | GB/s | of the read bandwidth | times F32 |\n"
            "|---|---|---|---|---|---|\n");
    const double bandwidth = best(&memory), f32 = best(&decoded[0]), f32_median = median(&decoded[0]);
    for (int i = 0; i < COUNT(types); i++) {
        double bytes = (double)decoder_bytes(&d[i]) - 4.0 * c.T * c.C, rate = best(&decoded[i]);
        fprintf(f, "| decode, %s | %.1f (%.1f) | %.0f | %.1f | %.0f%% | %.2f (%.2f) |\n", number_type_name[types[i]],
                rate, median(&decoded[i]), bytes / 1e6, bytes * rate * 1e-9, 100e-9 * bytes * rate / bandwidth,
                rate / f32, median(&decoded[i]) / f32_median);
    }
    const char *policy = getenv("OMP_WAIT_POLICY"), *spins = getenv("GOMP_SPINCOUNT");
    const double gflops = 1e-9 * prefill_flops(&c, PROMPT) / PROMPT, of_peak = 100 * gflops / best(&peak);
    fprintf(f, "\n| GPT-2 124M's shape | tokens/s | GFLOP/s | of the FMA peak |\n|---|---|---|---|\n");
    fprintf(f, "| prefill of %d tokens, F32 | %.0f (%.0f) | %.0f | %.0f%% |\n", PROMPT, best(&prefill),
            median(&prefill), gflops * best(&prefill), of_peak * best(&prefill));
    fprintf(f,
            "\n%d thread%s; memory can be read at %.1f (%.1f) GB/s, FMA peak %.0f (%.0f) GFLOP/s. Best of %d rounds, "
            "all in turn, and in brackets the median. Decoding: %d tokens behind the first %d, batch 1. "
            "OMP_WAIT_POLICY=%s, GOMP_SPINCOUNT=%s.\n",
            o->threads, o->threads > 1 ? "s" : "", bandwidth, median(&memory), best(&peak), median(&peak), o->rounds,
            DECODED - 1, DECODED + 1, policy ? policy : "(not set)", spins ? spins : "(not set)");
    fflush(f);
    for (int i = 0; i < COUNT(types); i++) decode_free(&s[i]), decoder_free(&d[i]);
    gpt_free(&m);
}

// ---- beside llama2.c ------------------------------------------------------------------------------------------------
// The shapes of three models that its author published (the smallest with as many heads of keys as of queries, which
// early versions of the program ask for), with random weights; 256 positions.
static const struct {
    const char *name;
    int C, F, L, H, G, V;
} llamas[] = {
    {"260K", 64, 172, 5, 8, 8, 512},
    {"15M", 288, 768, 6, 6, 6, 32000},
    {"42M", 512, 1376, 8, 8, 8, 32000},
};

// A tokenizer file such as its program wants: any V texts. The printable characters are among them.
static void write_texts(const char *dir, int V) {
    struct out_file out;
    int longest = 8;
    out_open(&out, dir, "tokenizer.bin");
    fwrite(&longest, sizeof longest, 1, out.f);
    for (int v = 0; v < V; v++) {
        char text[16];
        float score = 0;
        int size = v > 31 && v < 127 ? snprintf(text, sizeof text, "%c", v) : snprintf(text, sizeof text, "w%d", v);
        fwrite(&score, sizeof score, 1, out.f);
        fwrite(&size, sizeof size, 1, out.f);
        fwrite(text, 1, (size_t)size, out.f);
    }
    out_close(&out);
}

// Tokens/s as its program itself reports them. It writes the text and, at the end, "achieved tok/s: 123.4".
static double peer_rate(const char *peer, const char *dir) {
    static const char mark[] = "achieved tok/s:";
    char command[1200], line[4096];
    double rate = 0;
    snprintf(command, sizeof command, "cd '%s' && OMP_NUM_THREADS=1 '%s' model.bin -t 0 -n 256 2>&1", dir, peer);
    FILE *f = popen(command, "r");
    if (!f) die("no process for %s", peer);
    while (fgets(line, sizeof line, f)) {
        const char *at = strstr(line, mark);
        if (at) rate = strtod(at + sizeof mark - 1, NULL);
    }
    pclose(f);
    if (!(rate > 0)) die("%s gave no \"%s\". Try it by hand in %s: '%s' model.bin -t 0 -n 256", peer, mark, dir, peer);
    return rate;
}

// Greedy, 256 positions from token 1 on, the first of them not timed, as its program does it.
static double greedy_rate(struct decode_state *s, int V) {
    const float *logits = NULL;
    double start = 0;
    int token = 1, n = 256;
    decode_rewind(s, 0);
    for (int i = 0; i < n; i++) {
        logits = decode(s, &token, 1);
        token = 0;
        for (int v = 1; v < V; v++)
            if (logits[v] > logits[token]) token = v;
        if (i == 0) start = clock_seconds();
    }
    return (n - 1) / (clock_seconds() - start);
}

static void write_peer_row(FILE *f, const struct options *o, int which, const char *dir) {
    struct model_file file = {.format = FORMAT_LLAMA2C};
    struct gpt_config *c = &file.config;
    struct gpt m;
    struct rng r;
    struct decoder d[3];
    struct decode_state s[3];
    struct series theirs = {{0}, 0}, ours[3] = {{{0}, 0}};
    char error[500], path[600];
    *c = llama_config(llamas[which].V, 256, llamas[which].C, llamas[which].L, llamas[which].H, llamas[which].G);
    c->F = llamas[which].F;
    rng_seed(&r, 1, 1);
    gpt_init(&m, c, 0.05f, &r);
    file.params = m.params;
    snprintf(path, sizeof path, "%s/model.bin", dir);
    if (!llama2c_write(path, &file, error, sizeof error)) die("%s", error);
    write_texts(dir, c->V);
    omp_set_num_threads(1);
    for (int i = 0; i < COUNT(types); i++) {
        decoder_init(&d[i], c, m.params, types[i]);
        decode_init(&s[i], &d[i], 1, 256, 1);
    }
    for (int round = 0; round < o->rounds; round++) {
        put(&theirs, peer_rate(o->peer, dir));
        for (int i = 0; i < COUNT(types); i++) put(&ours[i], greedy_rate(&s[i], c->V));
    }
    fprintf(f, "| %s, %.1f MB | %.0f (%.0f)", llamas[which].name, 4e-6 * (double)m.parameters, best(&theirs),
            median(&theirs));
    for (int i = 0; i < COUNT(types); i++)
        fprintf(f, " | %.0f (%.0f) | %.2f (%.2f)", best(&ours[i]), median(&ours[i]), best(&ours[i]) / best(&theirs),
                median(&ours[i]) / median(&theirs));
    fprintf(f, " |\n");
    fflush(f);
    for (int i = 0; i < COUNT(types); i++) decode_free(&s[i]), decoder_free(&d[i]);
    gpt_free(&m);
}

static void write_peer(FILE *f, const struct options *o) {
    char dir[] = "/tmp/daybreak-bench-XXXXXX", path[100];
    if (!*o->peer) {
        fprintf(f, "\nllama2.c's program was not there to compare with: --peer PATH_TO_ITS_run.\n");
        return;
    }
    if (access(o->peer, X_OK) != 0) die("--peer %s: there is no such program", o->peer);
    if (!mkdtemp(dir)) die("no folder for llama2.c's files in /tmp");
    fprintf(f,
            "\n| shape | llama2.c, tokens/s | ours F32 | times | ours Q8_0 | times | ours Q4_0 | times |\n"
            "|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < COUNT(llamas); i++) write_peer_row(f, o, i, dir);
    fprintf(f,
            "\nOne thread, 256 tokens, greedy, random weights; llama2.c's own `run`, in F32. Best of %d rounds in "
            "turn, and in "
            "brackets the median.\n",
            o->rounds);
    snprintf(path, sizeof path, "%s/model.bin", dir);
    remove(path);
    snprintf(path, sizeof path, "%s/tokenizer.bin", dir);
    remove(path);
    remove(dir);
}

static void write_all(FILE *f, const struct options *o) {
    write_gpt2(f, o);
    write_peer(f, o);
}

int main(int argc, char **argv) {
    struct options o = {.peer = "", .table = "", .threads = 2, .rounds = 7};
    struct flag flags[] = {
        flag_string("peer", &o.peer, "llama2.c's program `run`, by its whole path"),
        flag_int("threads", &o.threads, 1, 1024, "of everything but the comparison with llama2.c, which has one"),
        flag_int("rounds", &o.rounds, 1, MOST_ROUNDS, "turns of each"),
        flag_string("table", &o.table, "a folder: write bench.md there too"),
    };
    flags_parse(argc, argv, "Times decoding and prefill beside what the machine could do, and beside llama2.c.", NULL,
                flags, COUNT(flags));
    if (!*o.table) {
        write_all(stdout, &o);
        return 0;
    }
    struct out_file file;
    out_open(&file, o.table, "bench.md");
    fprintf(file.f, "# Inference speed\n\nMeasured by `make bench-15 ARGS=\"--table FOLDER --peer PATH\"`.\n\n");
    write_all(file.f, &o);
    out_close(&file);
    printf("wrote %s/bench.md\n", o.table);
    return 0;
}
