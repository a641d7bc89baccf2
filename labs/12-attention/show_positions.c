// Attention does not know the order of its keys; three ways to tell it.
#include <math.h>
#include <stdlib.h>

#include "12-attention/show.h"

// Attention of one query over n keys of D numbers, and how far out moves when the keys and values are reversed.
static float change_by_reversing(bool rope, struct rng *r) {
    enum { N = 9, D = 8 };
    float qkv[2][N * 3 * D], out[2][N * D], probs[N * N], cos[N * D / 2], sin[N * D / 2], largest = 0.0f;
    for (int i = 0; i < N * 3 * D; i++) qkv[0][i] = rng_normal(r);
    for (int t = 0; t < N; t++) {  // the second: the same queries, keys and values from the end
        for (int i = 0; i < 3 * D; i++) qkv[1][t * 3 * D + i] = qkv[0][(i < D ? t : N - 1 - t) * 3 * D + i];
    }
    struct attention a = attention_self(1, N, 1, 1, D);
    if (rope) rope_table(cos, sin, N, D, 10000.0f);
    for (int i = 0; i < 2; i++) {
        if (rope) rope_forward(qkv[i], 3 * D, cos, sin, 0, 1, N, 1, D);
        if (rope) rope_forward(qkv[i] + D, 3 * D, cos, sin, 0, 1, N, 1, D);
        attention_forward(out[i], probs, qkv[i], qkv[i] + D, qkv[i] + 2 * D, &a);
    }
    for (int i = 0; i < N * D; i++) largest = fmaxf(largest, fabsf(out[0][i] - out[1][i]));
    return largest;
}

// The dot product of one query at position t with one key at position s, both turned.
static float turned_product(const float *q, const float *k, int t, int s) {
    enum { T = 1024, D = 64 };
    float *cos = alloc_floats(T * D / 2), *sin = alloc_floats(T * D / 2), a[D], b[D], sum = 0.0f;
    rope_table(cos, sin, T, D, 10000.0f);
    for (int i = 0; i < D; i++) a[i] = q[i], b[i] = k[i];
    rope_forward(a, D, cos, sin, t, 1, 1, 1, D);
    rope_forward(b, D, cos, sin, s, 1, 1, 1, D);
    for (int i = 0; i < D; i++) sum += a[i] * b[i];
    free(cos);
    free(sin);
    return sum;
}

static void write_waves(const struct options *o) {
    enum { T = 64, C = 64 };
    float *table = alloc_floats(T * C);
    sinusoidal_positions(table, T, C);
    struct csv_log log;
    csv_open(&log, o->out, "waves.csv", "t,c,value");
    for (int i = 0; i < T * C; i++) csv_row(&log, "%d,%d,%.5f", i / C, i % C, (double)table[i]);
    csv_close(&log);
    free(table);
}

// What distance does to the score of a key that is equal to the query: RoPE, and four of ALiBi's eight slopes.
static void write_distances(const struct options *o, const float *slopes) {
    float ones[64];
    for (int i = 0; i < 64; i++) ones[i] = 1.0f;
    struct csv_log log;
    csv_open(&log, o->out, "distances.csv", "distance,rope,alibi1,alibi2,alibi4,alibi8");
    for (int d = 0; d <= 100; d++) {
        csv_row(&log, "%d,%.5f,%.5f,%.5f,%.5f,%.5f", d, (double)(turned_product(ones, ones, d, 0) / 8.0f),
                (double)(8 - slopes[0] * (float)d), (double)(8 - slopes[1] * (float)d),
                (double)(8 - slopes[3] * (float)d), (double)(8 - slopes[7] * (float)d));
    }
    csv_close(&log);
}

void show_positions(const struct options *o) {
    struct rng r;
    rng_seed(&r, o->seed, 4);
    printf("\nOrder: how far the answers move when keys and values come from the end\n");
    printf("  without positions %.1e   with RoPE %.2f\n", (double)change_by_reversing(false, &r),
           (double)change_by_reversing(true, &r));
    float q[64], k[64], slopes[8];
    for (int i = 0; i < 64; i++) q[i] = rng_normal(&r), k[i] = rng_normal(&r);
    printf("RoPE: one query and one key, 64 numbers, at several positions\n ");
    const int places[][2] = {{5, 2}, {105, 102}, {905, 902}, {5, 4}, {5, 5}};
    for (int i = 0; i < COUNT(places); i++) {
        printf(" (%d, %d) %.4f", places[i][0], places[i][1], (double)turned_product(q, k, places[i][0], places[i][1]));
    }
    alibi_slopes(slopes, 8);
    printf("\nALiBi: the slopes of 8 heads\n ");
    for (int h = 0; h < 8; h++) printf(" 1/%.0f", 1.0 / (double)slopes[h]);
    printf("\n");
    write_waves(o);
    write_distances(o, slopes);
}
