// A model from any format into any other:
//     make lab-15 PROG=convert ARGS='build/demo/14-pretraining/model model.gguf --type Q4_0'
// The format is told by the name: .gguf, .bin (llama2.c), else a Hugging Face folder.
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "15-inference/model_file.h"

// ---- The tables -----------------------------------------------------------------------------------------------------

// Tensors of one type and shape whose names differ in a layer's number only.
struct group {
    char name[96];
    const struct listed_tensor *first;
    int count;
    double bytes;
};

// blk.12.attn_q.weight -> blk.*.attn_q.weight
static void without_layer(char *out, const char *name) {
    bool starts = true;  // after a dot
    while (*name) {
        if (starts && isdigit((unsigned char)*name)) {
            *out++ = '*';
            while (isdigit((unsigned char)*name)) name++;
            starts = false;
            continue;
        }
        starts = *name == '.';
        *out++ = *name++;
    }
    *out = '\0';
}

static bool belongs(const struct group *g, const struct listed_tensor *t, const char *name) {
    if (strcmp(g->name, name) != 0 || strcmp(g->first->type, t->type) != 0 || g->first->dims != t->dims) return false;
    for (int d = 0; d < t->dims; d++)
        if (g->first->shape[d] != t->shape[d]) return false;
    return true;
}

static struct group *group_tensors(const struct model_listing *l, int *groups) {
    struct group *g = alloc_zeroed((size_t)l->count, sizeof *g);
    *groups = 0;
    for (int i = 0; i < l->count; i++) {
        char name[96];
        int k = 0;
        without_layer(name, l->tensor[i].name);
        while (k < *groups && !belongs(&g[k], &l->tensor[i], name)) k++;
        if (k == *groups) {
            memcpy(g[k].name, name, sizeof name);
            g[k].first = &l->tensor[i];
            ++*groups;
        }
        g[k].count++;
        g[k].bytes += l->tensor[i].bytes;
    }
    return g;
}

static double print_tensors(const char *path, const char *tokenizer) {
    struct model_listing l;
    char error[1024];
    if (!model_list(&l, path, error, sizeof error)) die("%s", error);
    int groups;
    struct group *g = group_tensors(&l, &groups);
    printf("%s (%s), tokenizer: %s\n", path, model_format_name[l.format], tokenizer);
    for (int i = 0; i < groups; i++) {
        char shape[96] = "";
        for (int d = 0, at = 0; d < g[i].first->dims; d++)
            at += snprintf(shape + at, sizeof shape - (size_t)at, d > 0 ? ",%zu" : "%zu", g[i].first->shape[d]);
        printf("  %-50s %4d x (%s)%*s %-5s %14.0f bytes\n", g[i].name, g[i].count, shape, 14 - (int)strlen(shape), "",
               g[i].first->type, g[i].bytes);
    }
    double bytes = l.bytes;
    printf("  %-50s %4d tensors %24.0f bytes\n", "together", l.count, bytes);
    free(g);
    model_listing_free(&l);
    return bytes;
}

// ---- The work -------------------------------------------------------------------------------------------------------

static enum number_type type_named(const char *name) {
    for (int i = 0; i < NUMBER_TYPES; i++)
        if (strcasecmp(name, number_type_name[i]) == 0) return (enum number_type)i;
    die_usage("--type %s: expected F32, F16, BF16, Q8_0 or Q4_0", name);
}

// The type that loses nothing and takes no more than it must, where none was asked for.
static enum number_type kept_type(enum number_type type, enum model_format format) {
    if (format == FORMAT_LLAMA2C) return TYPE_F32;
    if (format == FORMAT_GGUF) return type;
    return type == TYPE_Q8_0 || type == TYPE_Q4_0 ? TYPE_F32 : type;
}

// What reading the new file gives, beside what was written.
static void check(const struct model_file *m, const char *path) {
    struct model_file again;
    model_load(&again, path, NULL);
    size_t n = gpt_parameters(&m->config);
    if (gpt_parameters(&again.config) != n) die("%s: other sizes than those written", path);
    double most = 0, off = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)again.params[i] - (double)m->params[i]);
        if (!(d <= most)) most = d;
        off += d * d;
        all += (double)m->params[i] * m->params[i];
    }
    if (most == 0) printf("read again: every weight is the same\n");
    else
        printf("read again: weights differ by at most %.3g, by %.3g%% of their size on average\n", most,
               100 * sqrt(off / all));
    model_free(&again);
}

static const char *tokenizer_name(const struct codec *c) {
    static const char *const names[] = {[CODEC_NONE] = "none",
                                        [CODEC_BPE] = "byte-level BPE",
                                        [CODEC_WORDS] = "words",
                                        [CODEC_SCORED] = "SentencePiece"};
    return names[c->kind];
}

static double bytes_of(const char *text) {
    char *end;
    double bytes = strtod(text, &end);
    if (end == text || *end || !(bytes >= 0)) die_usage("--shard-bytes %s: expected a number such as 5e9", text);
    return bytes;
}

// TO is no other name of FROM, which would be lost, and not the name of a file that is none of the three formats: it
// would become a folder.
static void check_names(const char *from, const char *to) {
    static const char *const files[] = {".safetensors", ".json", ".pt", ".GGUF", ".BIN"};
    struct stat a, b;
    for (int i = 0; i < COUNT(files); i++) {
        size_t n = strlen(to), m = strlen(files[i]);
        if (n >= m && strcmp(to + n - m, files[i]) == 0)
            die_usage("%s: expected a name that ends in .gguf or .bin, or that of a folder", to);
    }
    if (stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        die_usage("%s is the model that is to be converted. Choose another name for the result", to);
}

int main(int argc, char **argv) {
    const char *type_name = "", *shard_bytes = "0", *tokenizer = "";
    bool read_again = false;
    struct flag flags[] = {
        flag_string("type", &type_name,
                    "of the matrices: F32, F16, BF16, Q8_0 or Q4_0 (the same as before, where the format has it)"),
        flag_string("shard-bytes", &shard_bytes, "Hugging Face folders: the most that a file may hold; 0: one file"),
        flag_string("tokenizer", &tokenizer, "a file, in place of FROM's: tokenizer.json or llama2.c's"),
        flag_switch("check", &read_again, "reads TO again and compares the weights"),
    };
    int given =
        flags_parse(argc, argv, "Converts a model into another format: TO.gguf, TO.bin (llama2.c), or a folder.",
                    "FROM TO", flags, COUNT(flags));
    if (given != 2) die_usage("expected two names, FROM and TO, found %d; --help lists the flags", given);
    const char *from = argv[1], *to = argv[2];
    check_names(from, to);
    struct model_file m;
    char error[1024];
    model_load(&m, from, tokenizer);
    enum model_format format = model_format_named(to);
    enum number_type type = *type_name ? type_named(type_name) : kept_type(m.type, format);
    double before = print_tensors(from, tokenizer_name(&m.codec));
    if (!model_write(to, format, type, &m, bytes_of(shard_bytes), error, sizeof error)) die("%s", error);
    double after = print_tensors(to, tokenizer_name(&m.codec));
    printf("%zu parameters, %.0f -> %.0f bytes: %.1f%%\n", gpt_parameters(&m.config), before, after,
           100 * after / before);
    if (format == FORMAT_LLAMA2C && m.config.rope_base != 10000)
        printf(
            "note: RoPE's base is %g. This course reads it from the file, but llama2.c's run takes it for 10000, and "
            "would write nonsense.\n",
            m.config.rope_base);
    if (format == FORMAT_LLAMA2C && (m.codec.kind == CODEC_BPE || m.codec.kind == CODEC_WORDS))
        printf(
            "note: the tokenizer lies beside the model as .tokenizer.json: llama2.c's own file holds SentencePiece's "
            "only.\n");
    if (read_again) check(&m, to);
    model_free(&m);
    return 0;
}
