// A token is a row of a table, and so is a position; their sum goes in at the bottom.
#include <string.h>

#include "13-transformer/transformer.h"

void embedding_forward(float *out, const int *tokens, const float *token_table, const float *position_table, int B,
                       int T, int C) {
    // BEGIN SOLUTION 13.3 embedding_forward: out[b,t,:] = the row of the token, plus the row of t if there is a table
#pragma omp parallel for schedule(static) if ((size_t)B * T * C >= WORTH_THREADS)
    for (int n = 0; n < B * T; n++) {
        float *out_n = out + (size_t)n * C;
        memcpy(out_n, token_table + (size_t)tokens[n] * C, (size_t)C * sizeof(float));
        const float *position = position_table ? position_table + (size_t)(n % T) * C : NULL;
        for (int c = 0; position && c < C; c++) out_n[c] += position[c];
    }
    // END SOLUTION
}

// A token that comes twice hears from both places. So two threads must not meet in one row: each owns columns.
void embedding_backward(float *dtoken_table, float *dposition_table, const float *dout, const int *tokens, int B, int T,
                        int C) {
    // BEGIN SOLUTION 13.3 embedding_backward: every row of dout is added to the row of its token and of its position
#pragma omp parallel for schedule(static) if ((size_t)B * T * C >= WORTH_THREADS)
    for (int first = 0; first < C; first += 64) {
        int end = first + 64 < C ? first + 64 : C;
        for (int n = 0; n < B * T; n++) {
            const float *dout_n = dout + (size_t)n * C;
            float *dtoken = dtoken_table + (size_t)tokens[n] * C;
            for (int c = first; c < end; c++) dtoken[c] += dout_n[c];
            float *dposition = dposition_table ? dposition_table + (size_t)(n % T) * C : NULL;
            for (int c = first; dposition && c < end; c++) dposition[c] += dout_n[c];
        }
    }
    // END SOLUTION
}
