// Tests of kv_cache.c.
#include "12-attention/definitions.h"

enum append { APPENDED, AT_START, CLOSE_SEQUENCES, ROWS_CLOSE, FIRST_SEQUENCE, KEYS_TWICE };

// What the cache's array holds after T positions were appended to those that are there. The mistakes: see check_append.
static double *appended(const double *old, const struct kv_cache *c, const float *x, int row, int T, enum append m) {
    const int floats = c->G * c->D;
    double *after = zeros(c->B * c->capacity * floats);
    memcpy(after, old, (size_t)(c->B * c->capacity * floats) * sizeof *after);
    for (int b = 0; b < (m == FIRST_SEQUENCE ? 1 : c->B); b++) {
        for (int t = 0; t < T; t++) {
            const int place = m == AT_START ? t : c->length + t;
            const int to = m == CLOSE_SEQUENCES ? (b * T + place) * floats : (b * c->capacity + place) * floats;
            for (int i = 0; i < floats; i++)
                after[to + i] = (double)x[(b * T + t) * (m == ROWS_CLOSE ? floats : row) + i];
        }
    }
    return after;
}

static void check_append(struct kv_cache *c, int T) {
    const int floats = c->G * c->D, row = 2 * floats + 3, n = c->B * c->capacity * floats;
    float *both = grade_floats(c->B * T * row), *k = both, *v = both + floats;
    const double *old_k = doubles_of(c->k, n), *old_v = doubles_of(c->v, n);
    const int length = c->length;
    double *want_k = appended(old_k, c, k, row, T, APPENDED), *want_v = appended(old_v, c, v, row, T, APPENDED);
    double *start = appended(old_k, c, k, row, T, AT_START), *close = appended(old_k, c, k, row, T, CLOSE_SEQUENCES);
    double *dense = appended(old_k, c, k, row, T, ROWS_CLOSE), *first = appended(old_k, c, k, row, T, FIRST_SEQUENCE);
    double *keys = appended(old_v, c, k, row, T, APPENDED);
    kv_cache_append(c, k, v, row, T);
    const struct axes axes = AXES("bsgd", c->B, c->capacity, c->G, c->D);
    suspect("the new positions overwrite the first ones; they belong behind c->length", start);
    suspect("a sequence of the cache is c->capacity positions from the next", close);
    suspect("the new positions are `row` floats apart", dense);
    suspect("only the first sequence is appended to", first);
    grade_array("c->k", c->k, want_k, axes, 0);
    suspect("the keys are stored as values, too", keys);
    grade_array("c->v", c->v, want_v, axes, 0);
    suspect_scalar("c->length was not raised", length);
    suspect_scalar("c->length was raised by 1; it is T", length + 1);
    grade_scalar("c->length", c->length, length + T, 0);
}

EXERCISE(kv_cache_append, .number = "12.12", .points = 3) {
    struct kv_cache c;
    kv_cache_init(&c, 3, 9, 2, grade_int(2, 5));
    check_append(&c, 4);
    check_append(&c, 1);
    check_append(&c, 3);
    kv_cache_free(&c);
}

enum step { STEP, STEP_NOT_CAUSAL, WHOLE_CAPACITY, SEQUENCES_CLOSE, NO_OLD };

// The definition on the cache's contents.
static double *step_result(const struct kv_cache *c, const double *qkv, const float *slope, int T, int H, enum step m) {
    const int row = (H + 2 * c->G) * c->D, floats = c->G * c->D, S = m == WHOLE_CAPACITY ? c->capacity : c->length;
    struct attention a = {
        .B = c->B, .T = T, .S = m == NO_OLD ? T : S, .H = H, .G = c->G, .D = c->D, .q_row = row, .kv_row = floats};
    a.kv_seq = (size_t)(m == SEQUENCES_CLOSE ? c->length : c->capacity) * floats;
    a.causal = m != STEP_NOT_CAUSAL;
    a.slope = slope;
    const int n = c->B * c->capacity * floats;
    const struct operands x = {(double *)qkv, doubles_of(c->k, n), doubles_of(c->v, n), NULL};
    return attend(&a, &x, RIGHT).out;
}

static void check_steps(const int *steps, int count, int G, int group, const float *slope) {
    const int B = 2, H = G * group, D = grade_int(2, 4) * 2 + 1, row = (H + 2 * G) * D;
    int T = 0;
    for (int i = 0; i < count; i++) T += steps[i];
    struct attention whole = attention_self(B, T, H, G, D);
    whole.causal = true, whole.slope = slope;
    float *text = grade_floats(B * T * row);
    double *qkv = doubles_of(text, B * T * row);
    const struct operands x = {qkv, qkv + H * D, qkv + (H + G) * D, NULL};
    const double *want = attend(&whole, &x, RIGHT).out;
    struct kv_cache c;
    kv_cache_init(&c, B, T + 3, G, D);
    for (int i = 0, at = 0; i < count; at += steps[i++]) {
        const int t = steps[i];
        float *piece = grade_output(B * t * row), *out = grade_output(B * t * H * D);
        double *want_piece = zeros(B * t * H * D);
        for (int b = 0; b < B; b++) {
            memcpy(piece + b * t * row, text + (b * T + at) * row, (size_t)(t * row) * sizeof(float));
            memcpy(want_piece + b * t * H * D, want + (b * T + at) * H * D, (size_t)(t * H * D) * sizeof(double));
        }
        cached_attention(out, &c, piece, slope, t, H);
        grade_equal("c->length", c.length, at + t);
        const double *piece_d = doubles_of(piece, B * t * row);
        suspect("new positions see later ones: the step must be causal",
                step_result(&c, piece_d, slope, t, H, STEP_NOT_CAUSAL));
        suspect("S is the capacity; only c->length positions are filled",
                step_result(&c, piece_d, slope, t, H, WHOLE_CAPACITY));
        suspect("kv_seq: the sequences of the cache are c->capacity positions apart",
                step_result(&c, piece_d, slope, t, H, SEQUENCES_CLOSE));
        suspect("S is T: the old positions are not looked at", step_result(&c, piece_d, slope, t, H, NO_OLD));
        char what[80];
        snprintf(what, sizeof what, "out of positions %d to %d of %d", at, at + t - 1, T);
        grade_array(what, out, want_piece, AXES("bthd", B, t, H, D), 1e-5);
    }
    kv_cache_free(&c);
}

EXERCISE(cached_attention, .number = "12.12", .points = 5, .needs = "kv_cache_append attention_forward") {
    const float slope[] = {0.5f, 0.25f, 0.125f, 0.0625f};
    check_steps((int[]){4, 1, 1, 2}, 4, 2, 2, NULL);
    check_steps((int[]){1, 1, 1}, 3, 1, 1, NULL);
    check_steps((int[]){3, 2, 1}, 3, 2, 2, slope);
}
