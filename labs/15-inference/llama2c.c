// Reading llama2.c's checkpoints. What the seven ints promise is checked against the file before memory is taken.
#define _FILE_OFFSET_BITS 64
#define _POSIX_C_SOURCE 200809L
#include "15-inference/llama2c.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/source.h"

enum { LARGEST = 1 << 24, MAGIC = 0x616b3432 };  // of the versions from 1 on: "ak42"

struct reader {
    FILE *file;
    struct source fault;
    struct gpt_config config;
    struct llama2c_piece *piece;
    int pieces;
};

static bool read_sizes(struct reader *r, const int32_t *header) {
    static const char *const names[LLAMA2C_HEADER] = {"dim",        "hidden_dim", "n_layers", "n_heads",
                                                      "n_kv_heads", "vocab_size", "seq_len"};
    if (header[0] == MAGIC)
        return source_fault(&r->fault,
                            "expected version 0 of llama2.c's format, found version %d. In llama2.c: python export.py "
                            "model.bin --version 0 ...",
                            header[1]);
    for (int i = 0; i < LLAMA2C_HEADER; i++) {
        bool may_be_negative = i == 5;
        int64_t size = may_be_negative && header[i] < 0 ? -(int64_t)header[i] : header[i];
        if (size < 1 || size > LARGEST)
            return source_fault(&r->fault, "byte %d: %s: expected 1 to %d, found %d: is this a model of llama2.c?",
                                4 * i, names[i], LARGEST, header[i]);
    }
    r->config = (struct gpt_config){.shape = LLAMA,
                                    .V = abs(header[5]),
                                    .T = header[6],
                                    .C = header[0],
                                    .L = header[2],
                                    .H = header[3],
                                    .G = header[4],
                                    .F = header[1],
                                    .eps = LLAMA2C_EPS,
                                    .rope_base = 10000,
                                    .tied = header[5] > 0};
    const char *wrong = gpt_config_fault(&r->config);
    return !wrong || source_fault(&r->fault, "the first %d bytes: %s", 4 * LLAMA2C_HEADER, wrong);
}

// The file is as long as its sizes say.
static bool check_length(struct reader *r, size_t bytes) {
    size_t numbers = 0, header = LLAMA2C_HEADER * sizeof(int32_t);
    for (int i = 0; i < r->pieces; i++) numbers += llama2c_piece_size(&r->piece[i]);
    size_t expected = header + numbers * sizeof(float);
    if (bytes == expected) return true;
    const struct gpt_config *c = &r->config;
    return source_fault(&r->fault,
                        "expected %zu bytes, as its sizes say (dim %d, hidden_dim %d, n_layers %d, n_heads %d, "
                        "n_kv_heads %d, vocab_size %d, seq_len %d), found %zu: %s",
                        expected, c->C, c->F, c->L, c->H, c->G, c->tied ? c->V : -c->V, c->T, bytes,
                        bytes < expected ? "cut short?" : "is this another version of the format?");
}

static void reader_close(struct reader *r) {
    if (r->file) fclose(r->file);
    free(r->piece);
}

// Opens the file and checks all but its numbers. The caller closes r in either case.
static bool reader_open(struct reader *r, const char *path, char *error, size_t error_size) {
    *r = (struct reader){.fault = {.path = path, .error = error, .error_size = error_size}};
    struct stat st;
    int32_t header[LLAMA2C_HEADER];
    r->file = fopen(path, "rb");
    if (!r->file || fstat(fileno(r->file), &st) != 0)
        return source_fault(&r->fault, "cannot be opened: %s", strerror(errno));
    if (!S_ISREG(st.st_mode)) return source_fault(&r->fault, "expected a file, found a folder or a device");
    if (fread(header, 1, sizeof header, r->file) != sizeof header)
        return source_fault(&r->fault, "expected %zu bytes, the sizes of a model, found %lld", sizeof header,
                            (long long)st.st_size);
    if (!read_sizes(r, header)) return false;
    r->piece = llama2c_pieces(&r->config, &r->pieces);
    return check_length(r, (size_t)st.st_size);
}

// ---- The numbers ----------------------------------------------------------------------------------------------------

static bool read_floats(float *out, struct reader *r, size_t n) {
    if (fread(out, sizeof *out, n, r->file) == n) return true;
    return source_fault(&r->fault, "cannot be read: %s",
                        ferror(r->file) ? strerror(errno) : "the file was cut while it was read");
}

// Row after row, each to the place that it has here.
static bool read_rows(float *params, struct reader *r, const struct llama2c_piece *p) {
    size_t cols = p->cols > 0 ? p->cols : 1;
    if (p->heads == 0) return read_floats(params + p->at, r, p->rows * cols);
    float *theirs = alloc_floats(p->rows * cols);
    bool ok = read_floats(theirs, r, p->rows * cols);
    for (size_t row = 0; row < p->rows; row++)
        memcpy(params + p->at + row * cols, theirs + llama2c_row(p, row) * cols, cols * sizeof *theirs);
    free(theirs);
    return ok;
}

// Is base^(-2i/D), for all i, the angle whose cosine and sine the tables have at position 1?
static bool is_base(double base, const float *cosine, const float *sine, size_t half) {
    for (size_t i = 0; i < half; i++) {
        double angle = pow(base, -(double)i / (double)half);
        if (!(fabs(cos(angle) - cosine[i]) < 1e-6 && fabs(sin(angle) - sine[i]) < 1e-6 * angle)) return false;
    }
    return true;
}

// RoPE's base from the tables (T,D/2): the number of the fewest digits that fits; run.c's 10000 where none does.
static float find_base(const float *cosine, const float *sine, size_t half) {
    double last = atan2((double)sine[half - 1], (double)cosine[half - 1]);  // base^(-(half-1)/half)
    if (half < 2 || !(last > 0) || is_base(10000, cosine, sine, half)) return 10000;
    double base = pow(last, -(double)half / (double)(half - 1));
    for (int digits = 1; digits <= 9; digits++) {
        char text[32];
        snprintf(text, sizeof text, "%.*g", digits, base);
        float rounded = strtof(text, NULL);
        if (rounded > 1 && is_base(rounded, cosine, sine, half)) return rounded;
    }
    return 10000;
}

static bool read_numbers(struct model_file *m, struct reader *r) {
    size_t half = (size_t)(r->config.C / r->config.H / 2), T = (size_t)r->config.T, tables = 0;
    float *angles = alloc_floats(2 * T * half);  // cosines (T,D/2), then sines
    bool ok = true;
    for (int i = 0; ok && i < r->pieces; i++) {
        const struct llama2c_piece *p = &r->piece[i];
        if (p->at == LLAMA2C_ANGLES) ok = read_floats(angles + tables++ * T * half, r, T * half);
        else ok = read_rows(m->params, r, p);
    }
    if (ok && T > 1) m->config.rope_base = find_base(angles + half, angles + (T + 1) * half, half);
    free(angles);
    return ok;
}

bool llama2c_read(struct model_file *m, const char *path, char *error, size_t error_size) {
    struct reader r;
    *m = (struct model_file){0};
    bool ok = reader_open(&r, path, error, error_size);
    if (ok) {
        *m = (struct model_file){.format = FORMAT_LLAMA2C, .config = r.config, .type = TYPE_F32};
        m->params = alloc_floats(gpt_parameters(&r.config));
        ok = read_numbers(m, &r);
    }
    if (!ok) {
        free(m->params);
        *m = (struct model_file){0};
    }
    reader_close(&r);
    return ok;
}

bool llama2c_list(struct model_listing *l, const char *path, char *error, size_t error_size) {
    struct reader r;
    *l = (struct model_listing){.format = FORMAT_LLAMA2C};
    bool ok = reader_open(&r, path, error, error_size);
    l->config = r.config;
    for (int i = 0; ok && i < r.pieces; i++) {
        const struct llama2c_piece *p = &r.piece[i];
        size_t layers = p->layered ? (size_t)r.config.L : 1, dims = 0, shape[3];
        if (p->layered && i > 0 && strcmp(p->name, p[-1].name) == 0) continue;  // all layers are one entry
        if (p->layered) shape[dims++] = layers;
        shape[dims++] = p->rows;
        if (p->cols > 0) shape[dims++] = p->cols;
        model_listing_add(l, p->name, "F32", (int)dims, shape,
                          (double)(layers * llama2c_piece_size(p)) * sizeof(float));
    }
    reader_close(&r);
    return ok;
}
