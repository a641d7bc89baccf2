// Writing llama2.c's checkpoints.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/llama2c.h"
#include "datasets/source.h"

// A disk that is full is seen here or in out_close, which removes what was written and says so.
static void write_floats(struct out_file *out, const float *values, size_t n) {
    errno = 0;
    if (fwrite(values, sizeof *values, n, out->f) != n) out_close(out);
}

static void write_rows(struct out_file *out, const float *params, const struct llama2c_piece *p) {
    size_t cols = p->cols > 0 ? p->cols : 1;
    float *theirs = alloc_floats(p->rows * cols);
    for (size_t row = 0; row < p->rows; row++)
        memcpy(theirs + llama2c_row(p, row) * cols, params + p->at + row * cols, cols * sizeof *theirs);
    write_floats(out, theirs, p->rows * cols);
    free(theirs);
}

// cos or sin of position * base^(-2i/D).
static void write_angles(struct out_file *out, const struct gpt_config *c, double (*of)(double)) {
    int half = c->C / c->H / 2;
    for (int t = 0; t < c->T; t++)
        for (int i = 0; i < half; i++) {
            float value = (float)of(t * pow(c->rope_base, -(double)i / half));
            write_floats(out, &value, 1);
        }
}

static bool can_hold(const struct gpt_config *c, struct source *fault) {
    if (c->shape != LLAMA)
        return source_fault(fault,
                            "llama2.c's format holds Llamas only, and this is a GPT-2. Convert to a Hugging "
                            "Face folder or to .gguf");
    if (c->eps != LLAMA2C_EPS)
        return source_fault(fault,
                            "llama2.c's format has no place for the norms' eps, which is always 1e-5 there, and "
                            "%g here. Convert to a Hugging Face folder or to .gguf",
                            c->eps);
    return true;
}

bool llama2c_write(const char *path, const struct model_file *m, char *error, size_t error_size) {
    const struct gpt_config *c = &m->config;
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    if (!can_hold(c, &fault)) return false;
    int32_t header[LLAMA2C_HEADER] = {c->C, c->F, c->L, c->H, c->G, c->tied ? c->V : -c->V, c->T};
    int pieces, tables = 0;
    struct llama2c_piece *piece = llama2c_pieces(c, &pieces);
    struct out_file out;
    out_open_path(&out, path);
    fwrite(header, 1, sizeof header, out.f);
    for (int i = 0; i < pieces; i++) {
        if (piece[i].at == LLAMA2C_ANGLES) write_angles(&out, c, tables++ == 0 ? cos : sin);
        else write_rows(&out, m->params, &piece[i]);
    }
    out_close(&out);
    free(piece);
    return true;
}
