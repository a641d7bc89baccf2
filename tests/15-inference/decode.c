// Tests of decode.c.
#include "15-inference/decode.h"

enum { B_MOST = 3, T_MOST = 40 };

static const char *const habit_name[] = {
    [AGAIN_FROM_0] = "positions start from 0 in every step: those of new tokens go on at s->length",
    [NO_TURN] = "queries and keys are not turned (RoPE)",
    [QUERIES_ONLY] = "only the queries are turned: RoPE is for the first H + G heads of a row",
    [NO_ROAD] = "x is replaced by the result: it should be added",
    [NO_NORM] = "the norm is missing: this road starts from x itself",
    [OTHER_NORM] = "norm1 and norm2 are confused",
    [NO_BIAS] = "the bias of qkv or up is missing",
    [NO_PROJ_BIAS] = "the bias of proj or down is missing",
    [FIRST_LAYER] = "layer 0's weights are used in every layer",
    [NO_BEND] = "the bend (GELU or SwiGLU) is missing",
    [NO_POSITION] = "the position table is not added",
    [NO_LAST_NORM] = "the last norm is missing: the head reads s->x itself",
    [VALUES_TOO] = "the values are turned, too: RoPE is for the first H + G heads of a row",
    [RUNS_ON] = "positions run on from one text to the next: each text's new tokens start at s->length",
    [OTHER_CACHE] = "positions start at the length of layer 0's cache, which has the new tokens already: at s->length",
    [TOO_EARLY] = "s->length moves on before the layers have read the tokens, or by other than T: after them, by T",
};

// out (N,O) = x (N,I) w^T + bias.
static void define_linear(double *out, const double *x, const float *w, const float *bias, int N, int I, int O) {
    for (int n = 0; n < N; n++)
        for (int o = 0; o < O; o++) {
            double sum = bias ? (double)bias[o] : 0;
            for (int i = 0; i < I; i++) sum += x[n * I + i] * (double)w[o * I + i];
            out[n * O + o] = sum;
        }
}

static void define_norm(double *out, const double *x, const float *w, const float *bias, double eps, int N, int C) {
    for (int n = 0; n < N; n++) {
        double mean = 0, square = 0;
        for (int c = 0; bias && c < C; c++) mean += x[n * C + c] / C;
        for (int c = 0; c < C; c++) square += (x[n * C + c] - mean) * (x[n * C + c] - mean) / C;
        for (int c = 0; c < C; c++)
            out[n * C + c] = (x[n * C + c] - mean) / sqrt(square + eps) * (double)w[c] + (bias ? (double)bias[c] : 0);
    }
}

// Turns one head (D) as position t.
static void define_turn(double *x, int t, int D, double base) {
    for (int i = 0; i < D / 2; i++) {
        const double angle = t * pow(base, -2.0 * i / D), a = x[i], b = x[i + D / 2];
        x[i] = a * cos(angle) - b * sin(angle);
        x[i + D / 2] = a * sin(angle) + b * cos(angle);
    }
}

// One text and one layer. keys, values (T_MOST,G*D): those of the P positions that were there; rows P .. P+T-1 are
// written. position (T): for RoPE. x (T,C) -> out (T,C), the attention's road.
static void define_attend(double *out, double *keys, double *values, const double *x, const int *position, int P, int T,
                          const struct gpt_config *g, const struct block_weights *w, enum habit habit) {
    const int C = g->C, D = C / g->H, KV = g->G * D, row = C + 2 * KV;
    double *norm = alloc_doubles((size_t)(T * C)), *qkv = alloc_doubles((size_t)(T * row)),
           *att = alloc_doubles((size_t)(T * C));
    const bool other = habit == OTHER_NORM;
    define_norm(norm, x, other ? w->norm2 : w->norm1, other ? w->norm2_bias : w->norm1_bias, (double)g->eps, T, C);
    define_linear(qkv, habit == NO_NORM ? x : norm, w->qkv, habit == NO_BIAS ? NULL : w->qkv_bias, T, C, row);
    for (int t = 0; t < T; t++) {
        const int heads = habit == NO_TURN || g->shape == GPT2 ? 0
                          : habit == QUERIES_ONLY              ? g->H
                          : habit == VALUES_TOO                ? g->H + 2 * g->G
                                                               : g->H + g->G;
        for (int h = 0; h < heads; h++) define_turn(qkv + t * row + h * D, position[t], D, (double)g->rope_base);
        memcpy(keys + (P + t) * KV, qkv + t * row + C, (size_t)KV * sizeof(double));
        memcpy(values + (P + t) * KV, qkv + t * row + C + KV, (size_t)KV * sizeof(double));
    }
    for (int i = 0; i < T * g->H; i++) {
        const int t = i / g->H, h = i % g->H, kv = h / (g->H / g->G) * D;
        double sum = 0;
        for (int s = 0; s <= P + t; s++) {
            double score = 0;
            for (int d = 0; d < D; d++) score += qkv[t * row + h * D + d] * keys[s * KV + kv + d] / sqrt(D);
            sum += exp(score);
            for (int d = 0; d < D; d++) att[t * C + h * D + d] += exp(score) * values[s * KV + kv + d];
        }
        for (int d = 0; d < D; d++) att[t * C + h * D + d] /= sum;
    }
    define_linear(out, att, w->proj, habit == NO_PROJ_BIAS ? NULL : w->proj_bias, T, C, C);
    for (int i = 0; i < T * C && habit != NO_ROAD; i++) out[i] += x[i];
    free(norm), free(qkv), free(att);
}

// x (T,C) -> out (T,C), the small network's road.
static void define_mlp(double *out, const double *x, int T, const struct gpt_config *g, const struct block_weights *w,
                       enum habit habit) {
    const int C = g->C, F = g->F, U = g->shape == GPT2 ? F : 2 * F;
    double *norm = alloc_doubles((size_t)(T * C)), *up = alloc_doubles((size_t)(T * U)),
           *act = alloc_doubles((size_t)(T * F));
    const bool other = habit == OTHER_NORM;
    define_norm(norm, x, other ? w->norm1 : w->norm2, other ? w->norm1_bias : w->norm2_bias, (double)g->eps, T, C);
    define_linear(up, habit == NO_NORM ? x : norm, w->up, habit == NO_BIAS ? NULL : w->up_bias, T, C, U);
    for (int i = 0; i < T * F; i++) {
        const double a = up[i / F * U + i % F];
        const double u = sqrt(2 / acos(-1.0)) * (a + 0.044715 * a * a * a);
        act[i] = habit == NO_BEND   ? a
                 : g->shape == GPT2 ? 0.5 * a * (1 + tanh(u))
                                    : a / (1 + exp(-a)) * up[i / F * U + F + i % F];
    }
    define_linear(out, act, w->down, habit == NO_PROJ_BIAS ? NULL : w->down_bias, T, F, C);
    for (int i = 0; i < T * C && habit != NO_ROAD; i++) out[i] += x[i];
    free(norm), free(up), free(act);
}

// The whole text at once: logits (T,V). position (T), as the habit counts them.
static void define_text(double *logits, const int *tokens, const int *position, int T, const struct gpt_config *g,
                        const struct gpt_weights *w, enum habit habit) {
    const int C = g->C, KV = g->G * (C / g->H);
    double *x = alloc_doubles((size_t)(T * C)), *mid = alloc_doubles((size_t)(T * C));
    double *keys = alloc_doubles((size_t)(T * KV)), *values = alloc_doubles((size_t)(T * KV));
    for (int i = 0; i < T * C; i++) {
        x[i] = (double)w->token_table[tokens[i / C] * C + i % C];
        if (w->position_table && habit != NO_POSITION) x[i] += (double)w->position_table[position[i / C] * C + i % C];
    }
    for (int l = 0; l < g->L; l++) {
        const struct block_weights *block = &w->block[habit == FIRST_LAYER ? 0 : l];
        define_attend(mid, keys, values, x, position, 0, T, g, block, habit);
        define_mlp(x, mid, T, g, block, habit);
    }
    define_norm(mid, x, w->norm, w->norm_bias, (double)g->eps, T, C);
    define_linear(logits, habit == NO_LAST_NORM ? x : mid, w->head, NULL, T, C, g->V);
    free(x), free(mid), free(keys), free(values);
}

struct model_case {
    struct gpt_config c;
    float *params;
    struct gpt_weights w;
    struct decoder d;
};

static struct model_case model_case(enum gpt_shape shape) {
    struct model_case k;
    const int D = 2 * grade_int(2, 4), G = grade_int(1, 2), H = shape == GPT2 ? grade_int(2, 3) : G * grade_int(2, 3);
    k.c = shape == GPT2 ? gpt2_config(grade_int(20, 40), T_MOST, H * D, 3, H)
                        : llama_config(grade_int(20, 40), T_MOST, H * D, 3, H, G);
    k.c.tied = grade_int(0, 1);
    k.c.rope_base = 50;
    k.params = grade_floats((int)gpt_parameters(&k.c));
    int count;
    struct gpt_tensor *t = gpt_tensors(&k.c, &count);
    for (int i = 0; i < count; i++) {
        const bool norm = !t[i].cols && strstr(t[i].name, "norm") && !strstr(t[i].name, "bias");
        const float scale = t[i].layer < 0 && t[i].cols ? 1 : t[i].cols ? 1.2f / sqrtf((float)t[i].cols) : 0.4f;
        for (size_t j = 0; j < t[i].size; j++) k.params[t[i].at + j] = (float)norm + scale * k.params[t[i].at + j];
    }
    free(t);
    gpt_point(&k.w, &k.c, k.params);
    decoder_init(&k.d, &k.c, k.params, TYPE_F32);
    return k;
}

// One road of layer 1 for T new tokens of B texts that have P: expected by definition, for every habit (B*T,C).
struct road_case {
    struct model_case m;
    struct decode_state s;
    int B, P, T;
    double *keys[B_MOST], *values[B_MOST];  // (P+T,G*D)
    double *x[B_MOST];                      // (T,C)
};

static struct road_case road_case(enum gpt_shape shape, int P, int T) {
    struct road_case k = {.m = model_case(shape), .B = grade_int(2, B_MOST), .P = P, .T = T};
    const int C = k.m.c.C, KV = k.m.c.G * (C / k.m.c.H);
    decode_init(&k.s, &k.m.d, k.B, P + T, T);
    float *past = grade_floats(2 * k.B * P * KV), *x = grade_floats(k.B * T * C);
    for (int l = 0; l < k.m.c.L; l++) kv_cache_append(&k.s.cache[l], past, past + k.B * P * KV, (size_t)KV, P);
    kv_cache_append(&k.s.cache[0], x, x, (size_t)KV, T);  // layer 0 has read the new tokens
    k.s.length = P;
    memcpy(k.s.x, x, (size_t)k.B * T * C * sizeof(float));
    for (int b = 0; b < k.B; b++) {
        k.keys[b] = grade_doubles((P + T) * KV), k.values[b] = grade_doubles((P + T) * KV),
        k.x[b] = grade_doubles(T * C);
        for (int i = 0; i < P * KV; i++)
            k.keys[b][i] = past[b * P * KV + i], k.values[b][i] = past[(k.B + b) * P * KV + i];
        for (int i = 0; i < T * C; i++) k.x[b][i] = x[b * T * C + i];
    }
    return k;
}

static double *define_road(struct road_case *k, bool attend, enum habit habit) {
    const struct gpt_config *c = &k->m.c;
    const struct block_weights *w = &k->m.w.block[habit == FIRST_LAYER ? 0 : 1];
    double *out = grade_doubles(k->B * k->T * c->C);
    int position[T_MOST];
    for (int b = 0; b < k->B; b++) {
        const int first = habit == AGAIN_FROM_0 ? 0
                          : habit == RUNS_ON    ? k->P + b * k->T
                                                : k->P + (habit == OTHER_CACHE ? k->T : 0);
        for (int t = 0; t < k->T; t++) position[t] = first + t;
        double *to = out + b * k->T * c->C;
        if (attend) define_attend(to, k->keys[b], k->values[b], k->x[b], position, k->P, k->T, c, w, habit);
        else define_mlp(to, k->x[b], k->T, c, w, habit);
    }
    return out;
}

static void suspect_road(struct road_case *k, bool attend, enum habit habit) {
    suspect(habit_name[habit], define_road(k, attend, habit));
}

// The new keys and values lie where they belong, in this layer's cache and no other.
static void check_cache(const struct road_case *k) {
    const struct gpt_config *c = &k->m.c;
    const struct kv_cache *cache = &k->s.cache[1];
    const int KV = c->G * (c->C / c->H), n = (k->P + k->T) * KV;
    grade_equal("positions in the cache of this layer", cache->length, k->P + k->T);
    grade_equal("positions in the cache of another layer", k->s.cache[2].length, k->P);
    grade_equal("s->length, which decode_attend leaves as it is", k->s.length, k->P);
    for (int b = 0; b < k->B; b++) {
        grade_array("keys in the cache", cache->k + (size_t)b * n, k->keys[b], AXES("tc", k->P + k->T, KV), 2e-5);
        grade_array("values in the cache", cache->v + (size_t)b * n, k->values[b], AXES("tc", k->P + k->T, KV), 2e-5);
    }
}

static void check_attend(enum gpt_shape shape, int P, int T) {
    struct road_case k = road_case(shape, P, T);
    const enum habit gpt2[] = {NO_ROAD, NO_NORM, OTHER_NORM, NO_BIAS, NO_PROJ_BIAS, FIRST_LAYER};
    const enum habit llama[] = {NO_ROAD, NO_NORM, OTHER_NORM, NO_TURN, QUERIES_ONLY, FIRST_LAYER};
    for (int i = 0; i < COUNT(gpt2); i++) suspect_road(&k, true, shape == GPT2 ? gpt2[i] : llama[i]);
    if (shape == LLAMA) suspect_road(&k, true, VALUES_TOO);
    if (shape == LLAMA) suspect_road(&k, true, RUNS_ON);
    if (shape == LLAMA && P > 0) suspect_road(&k, true, AGAIN_FROM_0);
    if (shape == LLAMA && P > 0) suspect_road(&k, true, OTHER_CACHE);
    double *want = define_road(&k, true, RIGHT);  // the last: it leaves the right keys
    decode_attend(&k.s, 1, T);
    grade_array(shape == GPT2 ? "x, GPT-2" : "x, Llama", k.s.x, want, AXES("btc", k.B, T, k.m.c.C), 2e-5);
    check_cache(&k);
}

// One head, two numbers. The cache holds the value (6,0); the new token's is (0,2); all scores are 0, so both weigh
// 1/2.
static void check_example(void) {
    struct gpt_config c = gpt2_config(1, 4, 2, 1, 1);
    float *params = alloc_floats(gpt_parameters(&c)), old_k[2] = {0.3f, -1}, old_v[2] = {6, 0};
    struct gpt_weights w;
    struct decoder d;
    struct decode_state s;
    gpt_point(&w, &c, params);
    w.block[0].qkv_bias[5] = 2;
    w.block[0].proj[0] = w.block[0].proj[3] = 1;
    decoder_init(&d, &c, params, TYPE_F32);
    decode_init(&s, &d, 1, 4, 1);
    kv_cache_append(&s.cache[0], old_k, old_v, 2, 1);
    s.length = 1;
    s.x[0] = s.x[1] = 1;
    suspect(habit_name[NO_ROAD], (double[]){3, 1});
    suspect(habit_name[NO_BIAS], (double[]){4, 1});
    suspect("the new token does not see itself", (double[]){7, 1});
    suspect("the new token does not see what was there", (double[]){1, 3});
    decode_attend(&s, 0, 1);
    grade_array("the text's example: (1,1) + the mean of (6,0) and (0,2)", s.x, (double[]){4, 2}, AXES("c", 2), 1e-5);
}

EXERCISE(decode_attend, .number = "15.5", .points = 4, .seconds = 10, .needs = "matvec") {
    check_example();
    check_attend(GPT2, grade_int(2, 9), grade_int(3, 6));
    check_attend(LLAMA, grade_int(2, 9), grade_int(3, 6));
    check_attend(GPT2, grade_int(2, 9), 1);
    check_attend(LLAMA, grade_int(2, 9), 1);
    check_attend(LLAMA, grade_int(2, 9), grade_int(9, 12));
    check_attend(LLAMA, 0, grade_int(2, 5));
}

static void check_mlp(enum gpt_shape shape, int T) {
    struct road_case k = road_case(shape, 2, T);
    const enum habit gpt2[] = {NO_ROAD, NO_NORM, OTHER_NORM, NO_BIAS, NO_PROJ_BIAS, FIRST_LAYER, NO_BEND};
    const enum habit llama[] = {NO_ROAD, NO_NORM, OTHER_NORM, FIRST_LAYER, NO_BEND};
    for (int i = 0; i < (shape == GPT2 ? COUNT(gpt2) : COUNT(llama)); i++)
        suspect_road(&k, false, shape == GPT2 ? gpt2[i] : llama[i]);
    double *want = define_road(&k, false, RIGHT);
    decode_mlp(&k.s, 1, T);
    grade_array(shape == GPT2 ? "x, GPT-2" : "x, Llama", k.s.x, want, AXES("btc", k.B, T, k.m.c.C), 2e-5);
    grade_equal("positions in the cache of this layer", k.s.cache[1].length, 2);
}

EXERCISE(decode_mlp, .number = "15.5", .points = 2, .seconds = 10, .needs = "matvec") {
    check_mlp(GPT2, 1);
    check_mlp(LLAMA, 1);
    check_mlp(GPT2, grade_int(2, 5));
    check_mlp(LLAMA, grade_int(7, 11));
}

// B texts of T tokens, read in pieces. logits (B,T,V) by definition.
struct text_case {
    struct model_case m;
    int B, T;
    int *tokens;  // (B,T)
    int piece[8], pieces;
};

static struct text_case text_case(enum gpt_shape shape) {
    struct text_case k = {.m = model_case(shape), .B = grade_int(1, B_MOST), .pieces = 6};
    const int piece[] = {grade_int(4, 7), 1, 1, grade_int(2, 4), 1, grade_int(8, 12)};
    for (int i = 0; i < k.pieces; i++) k.T += k.piece[i] = piece[i];
    k.tokens = grade_ints(k.B * k.T, 0, k.m.c.V - 1);
    return k;
}

static double *define_texts(const struct text_case *k, enum habit habit) {
    const int V = k->m.c.V;
    double *logits = grade_doubles(k->B * k->T * V);
    int position[T_MOST] = {0}, t = 0;
    for (int i = 0; i < k->pieces; i++)
        for (int j = 0; j < k->piece[i]; j++, t++)
            position[t] = habit == AGAIN_FROM_0 ? j : habit == TOO_EARLY ? t + k->piece[i] : t;
    for (int b = 0; b < k->B; b++)
        define_text(logits + b * k->T * V, k->tokens + b * k->T, position, k->T, &k->m.c, &k->m.w, habit);
    return logits;
}

// Of logits (B,T,V) those of positions first .. first + n-1: (B,n,V).
static double *slice(const struct text_case *k, const double *logits, int first, int n) {
    const int V = k->m.c.V;
    double *out = grade_doubles(k->B * n * V);
    for (int b = 0; b < k->B; b++)
        memcpy(out + b * n * V, logits + (b * k->T + first) * V, (size_t)(n * V) * sizeof(double));
    return out;
}

// Those of the last B rows of x (B,n,C).
static double *last_rows(const struct text_case *k, const double *logits, int first, int n) {
    const int V = k->m.c.V;
    double *out = grade_doubles(k->B * V);
    for (int b = 0; b < k->B; b++) {
        const int row = k->B * n - k->B + b;
        memcpy(out + b * V, logits + (row / n * k->T + first + row % n) * V, (size_t)V * sizeof(double));
    }
    return out;
}

static const enum habit text_habits[] = {AGAIN_FROM_0, NO_POSITION, NO_LAST_NORM, FIRST_LAYER, TOO_EARLY};

static void check_text(enum gpt_shape shape, bool all) {
    struct text_case k = text_case(shape);
    const int V = k.m.c.V;
    struct decode_state s;
    double *want = define_texts(&k, RIGHT), *habit[COUNT(text_habits)];
    for (int i = 0; i < COUNT(text_habits); i++) habit[i] = define_texts(&k, text_habits[i]);
    decode_init(&s, &k.m.d, k.B, k.T, 12);
    for (int i = 0, at = 0; i < k.pieces; at += k.piece[i++]) {
        const int n = k.piece[i], first = all ? at : at + n - 1, rows = all ? n : 1;
        int *tokens = grade_ints(k.B * n, 0, 0);
        for (int j = 0; j < k.B * n; j++) tokens[j] = k.tokens[j / n * k.T + at + j % n];
        for (int j = 0; j < k.B * n * V; j++) s.logits[j] = NAN;
        for (int j = 0; j < COUNT(text_habits); j++)
            suspect(habit_name[text_habits[j]], slice(&k, habit[j], first, rows));
        if (!all) suspect("the logits of the first new token, not of the last", slice(&k, want, at, 1));
        if (!all && k.B > 1)
            suspect("the last B rows of s->x: it is the last row of each text", last_rows(&k, want, at, n));
        const float *logits = all ? decode_all(&s, tokens, n) : decode(&s, tokens, n);
        char what[80];
        snprintf(what, sizeof what, "logits after %d and %d tokens, %s", at, n, shape == GPT2 ? "GPT-2" : "Llama");
        grade_true(logits == s.logits, "the logits should be returned in s->logits");
        for (int j = 0; j < k.B * rows * V; j++)
            grade_true(!isnan(logits[j]), "the logits of new token %d of text %d were never written", j / V % rows,
                       j / V / rows);
        grade_array(what, logits, slice(&k, want, first, rows), AXES("btv", k.B, rows, V), 2e-5);
        for (int j = k.B * rows * V; j < k.B * n * V; j++)
            grade_true(isnan(logits[j]),
                       "logits of more than the last token were computed: the head is the largest "
                       "matrix, and only the last token's logits are asked for");
        grade_equal("s->length", s.length, at + n);
        for (int l = 0; l < k.m.c.L; l++) grade_equal("positions in a layer's cache", s.cache[l].length, at + n);
    }
}

// No layer does anything; the positions are (0,0) and (0,4). The token's row (3,1) is normalised to (1,-1); one place
// later it is (3,5), and that becomes (-1,1).
static void check_two_places(void) {
    struct gpt_config c = gpt2_config(3, 2, 2, 1, 1);
    float *params = alloc_floats(gpt_parameters(&c));
    static const float table[] = {3, 1, 0, 2, 1, 1};
    struct gpt_weights w;
    struct decoder d;
    struct decode_state s;
    gpt_point(&w, &c, params);
    memcpy(w.token_table, table, sizeof table);
    w.position_table[3] = 4;
    w.norm[0] = w.norm[1] = 1;
    decoder_init(&d, &c, params, TYPE_F32);
    decode_init(&s, &d, 1, 2, 1);
    const int token = 0;
    suspect(habit_name[NO_LAST_NORM], (double[]){10, 2, 4});
    grade_array("the text's example: logits of token 0 at position 0", decode(&s, &token, 1), (double[]){2, -2, 0},
                AXES("v", 3), 1e-4);
    suspect(habit_name[AGAIN_FROM_0], (double[]){2, -2, 0});
    suspect(habit_name[NO_LAST_NORM], (double[]){14, 10, 8});
    grade_array("the text's example: logits of token 0 at position 1", decode(&s, &token, 1), (double[]){-2, 2, 0},
                AXES("v", 3), 1e-4);
}

EXERCISE(decode, .number = "15.5", .points = 4, .seconds = 15, .needs = "decode_attend decode_mlp matvec") {
    check_two_places();
    check_text(GPT2, false);
    check_text(LLAMA, false);
}

EXERCISE(decode_all, .number = "15.5", .points = 2, .seconds = 15, .needs = "decode decode_attend decode_mlp matvec") {
    check_text(GPT2, true);
    check_text(LLAMA, true);
}
