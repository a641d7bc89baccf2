// Tests of embedding.c.
#include "13-transformer/definitions.h"

// Few tokens in a small vocabulary: some come twice. More than 64 channels, in a number that nothing divides.
struct embedding_case {
    int V, B, T, C, *tokens;
    float *token_table, *position_table, *dout;
};

static struct embedding_case random_embedding(void) {
    struct embedding_case k = {.V = grade_int(3, 5), .B = 3, .T = grade_int(4, 6), .C = 2 * grade_int(33, 38) + 1};
    k.tokens = grade_ints(k.B * k.T, 0, k.V - 1);
    k.tokens[1] = k.tokens[k.B * k.T - 1] = k.tokens[0];
    k.token_table = grade_floats(k.V * k.C), k.position_table = grade_floats(k.B * k.T * k.C);
    k.dout = grade_floats(k.B * k.T * k.C);
    return k;
}

// Tokens and positions, each times its factor; position of n: n % period.
static double *define_embedding(const struct embedding_case *k, double token, double position, int period) {
    double *out = grade_doubles(k->B * k->T * k->C);
    for (int i = 0; i < k->B * k->T * k->C; i++) {
        int n = i / k->C, c = i % k->C;
        out[i] = token * k->token_table[k->tokens[n] * k->C + c] + position * k->position_table[n % period * k->C + c];
    }
    return out;
}

EXERCISE(embedding_forward, .number = "13.3", .points = 2) {
    struct embedding_case k = random_embedding();
    float *out = grade_output(k.B * k.T * k.C);
    embedding_forward(out, k.tokens, k.token_table, k.position_table, k.B, k.T, k.C);
    suspect("the position is missing", define_embedding(&k, 1, 0, k.T));
    suspect("the token is missing", define_embedding(&k, 0, 1, k.T));
    suspect("positions go on counting from text to text: each begins at 0", define_embedding(&k, 1, 1, k.B * k.T));
    grade_array("out", out, define_embedding(&k, 1, 1, k.T), AXES("btc", k.B, k.T, k.C), 1e-6);
    float *bare = grade_output(k.B * k.T * k.C);
    embedding_forward(bare, k.tokens, k.token_table, NULL, k.B, k.T, k.C);
    grade_array("out without a table of positions", bare, define_embedding(&k, 1, 0, k.T), AXES("btc", k.B, k.T, k.C),
                1e-6);
}

// d (rows,C): each row of a table hears the rows of dout for which it was looked up; with `last`, only the last of them
// stays, in place of what was there.
static double *define_scatter(const struct embedding_case *k, bool token, int rows, const float *before, bool last) {
    double *d = grade_doubles(rows * k->C);
    for (int n = 0; n < k->B * k->T; n++) {
        for (int c = 0; c < k->C; c++) {
            const int at = (token ? k->tokens[n] : n % k->T) * k->C + c;
            const double heard = k->dout[n * k->C + c];
            d[at] = last ? heard - before[at] : d[at] + heard;
        }
    }
    return d;
}

EXERCISE(embedding_backward, .number = "13.3", .points = 3) {
    struct embedding_case k = random_embedding();
    float *dtoken = grade_grad(k.V * k.C), *dposition = grade_grad(k.T * k.C);
    float *token_before = grade_copy(dtoken, k.V * k.C), *position_before = grade_copy(dposition, k.T * k.C);
    embedding_backward(dtoken, dposition, k.dout, k.tokens, k.B, k.T, k.C);
    const char *const stored = "= where += is needed: of a row that is used twice, only the last use is heard";
    suspect(stored, define_scatter(&k, true, k.V, token_before, true));
    grade_gradient("dtoken_table", dtoken, define_scatter(&k, true, k.V, NULL, false), AXES("vc", k.V, k.C), 1e-5);
    suspect(stored, define_scatter(&k, false, k.T, position_before, true));
    grade_gradient("dposition_table", dposition, define_scatter(&k, false, k.T, NULL, false), AXES("tc", k.T, k.C),
                   1e-5);
    float *alone = grade_grad(k.V * k.C);
    embedding_backward(alone, NULL, k.dout, k.tokens, k.B, k.T, k.C);
    grade_gradient("dtoken_table without a table of positions", alone, define_scatter(&k, true, k.V, NULL, false),
                   AXES("vc", k.V, k.C), 1e-5);
}
