// Is what full fine-tuning changes of low rank? Its singular values, and what is left of it when only the first few
// stay.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "17-lora/show.h"

enum { PARTS = LORA_SITES, CUTS = 8, LONGEST = 64 };
static const int cuts[CUTS] = {0, 1, 2, 4, 8, 16, 32, 64};

// ---- eigenvectors ---------------------------------------------------------------------------------------------------
// One turn in the plane of p and q that makes a[p,q] zero (Jacobi 1846). a (n,n) symmetric; the columns of v turn too.
static void turn(double *a, double *v, int n, int p, int q) {
    const double apq = a[p * n + q];
    if (fabs(apq) < 1e-300) return;
    const double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    const double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < n; k++) {
        const double x = a[k * n + p], y = a[k * n + q], vx = v[k * n + p], vy = v[k * n + q];
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
        v[k * n + p] = c * vx - s * vy;
        v[k * n + q] = s * vx + c * vy;
    }
    for (int k = 0; k < n; k++) {
        const double x = a[p * n + k], y = a[q * n + k];
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
    }
}

// value (n), descending, and vector (n,n), row i for value i, of a (n,n), which is used up.
static void eigen(double *value, double *vector, double *a, int n) {
    double *v = alloc_doubles((size_t)n * n);
    for (int i = 0; i < n; i++) v[i * n + i] = 1;
    for (int sweep = 0; sweep < 12; sweep++)
        for (int p = 0; p < n; p++)
            for (int q = p + 1; q < n; q++) turn(a, v, n, p, q);
    for (int i = 0; i < n; i++) {
        int best = -1;
        for (int k = 0; k < n; k++)
            if (!isnan(a[k * n + k]) && (best < 0 || a[k * n + k] > a[best * n + best])) best = k;
        value[i] = a[best * n + best] > 0 ? a[best * n + best] : 0;
        for (int k = 0; k < n; k++) vector[i * n + k] = v[k * n + best];
        a[best * n + best] = NAN;  // taken
    }
    free(v);
}

// ---- one matrix -----------------------------------------------------------------------------------------------------
// The change d (O,I) of one linear layer: the squares of its singular values, and its directions on its shorter side.
struct change {
    int O, I, n;              // n: the smaller of O and I
    float *d;                 // (O,I)
    double *square, *vector;  // (n), (n,n)
};

static void analyse(struct change *c) {
    const int n = c->n;
    const bool tall = c->O >= c->I;
    double *gram = alloc_doubles((size_t)n * n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < (tall ? c->O : c->I); k++)
                gram[i * n + j] += (double)(tall ? c->d[k * c->I + i] : c->d[i * c->I + k]) *
                                   (double)(tall ? c->d[k * c->I + j] : c->d[j * c->I + k]);
    eigen(c->square, c->vector, gram, n);
    free(gram);
}

// w (O,I) += the best approximation of d of this rank (Eckart and Young 1936): d, projected on its first directions.
static void add_cut(float *w, const struct change *c, int rank) {
    const bool tall = c->O >= c->I;
    for (int r = 0; r < rank && r < c->n; r++) {
        const double *v = c->vector + (size_t)r * c->n;
        for (int k = 0; k < (tall ? c->O : c->I); k++) {
            double along = 0;
            for (int i = 0; i < c->n; i++) along += v[i] * (double)(tall ? c->d[k * c->I + i] : c->d[i * c->I + k]);
            for (int i = 0; i < c->n; i++) w[tall ? k * c->I + i : i * c->I + k] += (float)(along * v[i]);
        }
    }
}

static struct change change_of(const struct gpt_weights *after, const struct gpt_weights *before,
                               const struct gpt_config *g, int l, enum lora_site site) {
    struct change c = {0};
    int row;
    peft_site(&c.O, &c.I, &row, g, site);
    c.n = c.O < c.I ? c.O : c.I;
    const float *a = peft_site_weights(after, g, l, site), *b = before ? peft_site_weights(before, g, l, site) : NULL;
    c.d = alloc_floats((size_t)c.O * c.I);
    for (int i = 0; i < c.O * c.I; i++) c.d[i] = a[i] - (b ? b[i] : 0);
    c.square = alloc_doubles((size_t)c.n);
    c.vector = alloc_doubles((size_t)c.n * c.n);
    analyse(&c);
    return c;
}

static void change_free(struct change *c) {
    free(c->d);
    free(c->square);
    free(c->vector);
}

// The share of the squares that the first `rank` directions hold.
static double held(const struct change *c, int rank) {
    double part = 0, all = 0;
    for (int i = 0; i < c->n; i++) {
        all += c->square[i];
        if (i < rank) part += c->square[i];
    }
    return all > 0 ? part / all : 0;
}

// ---- the tables -----------------------------------------------------------------------------------------------------
// Row 0..6: the sites' changes, mean over the layers; then the pretrained matrices, and random ones of the same shape.
enum { WEIGHTS = PARTS, RANDOM, ROWS };
static const char *row_name(int row) {
    return row < PARTS ? lora_site_name[row] : row == WEIGHTS ? "the weights before" : "random numbers";
}

static void show_values(const struct lora_show *s, const struct change *change, const struct change *before) {
    const int L = s->config->L, most = s->config->C < LONGEST ? s->config->C : LONGEST;
    struct change noise = {.O = before->O, .I = before->I, .n = before->n};
    struct rng r;
    rng_seed(&r, s->seed, 27);
    noise.d = alloc_floats((size_t)noise.O * noise.I);
    for (int i = 0; i < noise.O * noise.I; i++) noise.d[i] = rng_normal(&r);
    noise.square = alloc_doubles((size_t)noise.n);
    noise.vector = alloc_doubles((size_t)noise.n * noise.n);
    analyse(&noise);
    double share[ROWS][LONGEST + 1] = {{0}};
    for (int rank = 0; rank <= most; rank++) {
        for (int p = 0; p < PARTS; p++)
            for (int l = 0; l < L; l++) {
                share[p][rank] += held(&change[l * PARTS + p], rank) / L;
                share[WEIGHTS][rank] += held(&before[l * PARTS + p], rank) / (L * PARTS);
            }
        share[RANDOM][rank] = held(&noise, rank);
    }
    struct csv_log log;
    csv_open(&log, s->out, "rank.csv", "rank,q,k,v,o,gate,up,down,weights,random");
    for (int rank = 0; rank <= most; rank++)
        csv_row(&log, "%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f", rank, 100 * share[0][rank],
                100 * share[1][rank], 100 * share[2][rank], 100 * share[3][rank], 100 * share[4][rank],
                100 * share[5][rank], 100 * share[6][rank], 100 * share[WEIGHTS][rank], 100 * share[RANDOM][rank]);
    csv_close(&log);
    printf("\nWhat full fine-tuning changed: the share of the squares in the first directions, mean over %d layers\n",
           L);
    printf("  %-20s", "");
    for (int k = 1; k < CUTS && cuts[k] <= most; k++) printf(" %6d", cuts[k]);
    for (int row = 0; row < ROWS; row++) {
        printf("\n  %-20s", row_name(row));
        for (int k = 1; k < CUTS && cuts[k] <= most; k++) printf(" %5.1f%%", 100 * share[row][cuts[k]]);
    }
    printf("\n");
    change_free(&noise);
}

// All matrices get only the first directions of their change. The table and the norms are as fine-tuning left them, or
// as they were before.
static struct exam exam_cut(const struct lora_show *s, const struct change *change, int rank, bool rest) {
    const struct gpt_config *g = s->config;
    const size_t n = gpt_parameters(g);
    float *params = alloc_floats(n);
    struct gpt_weights w, before;
    memcpy(params, rest ? s->tuned : s->pretrained, n * sizeof(float));
    gpt_point(&w, g, params);
    gpt_point(&before, g, (float *)s->pretrained);
    for (int l = 0; l < g->L; l++)
        for (int p = 0; p < PARTS; p++) {
            const struct change *c = &change[l * PARTS + p];
            float *to = peft_site_weights(&w, g, l, (enum lora_site)p);
            memcpy(to, peft_site_weights(&before, g, l, (enum lora_site)p), (size_t)c->O * c->I * sizeof(float));
            add_cut(to, c, rank);
        }
    const struct exam e = exam_run(g, params, -1, s->quick ? 14 : 350, 0, s->seed + 4);
    free(params);
    return e;
}

static void show_cuts(const struct lora_show *s, const struct change *change) {
    struct exam with[CUTS], without[CUTS];
    struct csv_log log;
    csv_open(&log, s->out, "rank_cut.csv", "rank,right,right_matrices_alone");
    printf("\nOnly the first directions of every matrix's change are kept: right answers to held-out questions\n");
    printf("  %-28s", "rank");
#pragma omp parallel for schedule(dynamic, 1)
    for (int k = 0; k < CUTS; k++) {
        with[k] = exam_cut(s, change, cuts[k], true);
        without[k] = exam_cut(s, change, cuts[k], false);
    }
    for (int k = 0; k < CUTS; k++) printf(" %6d", cuts[k]);
    printf("\n  %-28s", "table and norms as tuned");
    for (int k = 0; k < CUTS; k++) printf(" %5.1f%%", 100 * with[k].right);
    printf("\n  %-28s", "table and norms as before");
    for (int k = 0; k < CUTS; k++) printf(" %5.1f%%", 100 * without[k].right);
    printf("\n");
    for (int k = 0; k < CUTS; k++) csv_row(&log, "%d,%.4f,%.4f", cuts[k], 100 * with[k].right, 100 * without[k].right);
    csv_close(&log);
}

void show_rank(const struct lora_show *s) {
    const struct gpt_config *g = s->config;
    const int count = g->L * PARTS;
    struct change *change = alloc_zeroed((size_t)count, sizeof *change);
    struct change *before = alloc_zeroed((size_t)count, sizeof *before);
    struct gpt_weights tuned, pretrained;
    gpt_point(&tuned, g, (float *)s->tuned);
    gpt_point(&pretrained, g, (float *)s->pretrained);
#pragma omp parallel for schedule(dynamic, 1)
    for (int i = 0; i < count; i++) {
        change[i] = change_of(&tuned, &pretrained, g, i / PARTS, (enum lora_site)(i % PARTS));
        before[i] = change_of(&pretrained, NULL, g, i / PARTS, (enum lora_site)(i % PARTS));
    }
    show_values(s, change, before);
    show_cuts(s, change);
    for (int i = 0; i < count; i++) {
        change_free(&change[i]);
        change_free(&before[i]);
    }
    free(change);
    free(before);
}
