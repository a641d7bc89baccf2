// A token is a row of a table, and so is a position; their sum goes in at the bottom.
#include <string.h>

#include "13-transformer/transformer.h"

void embedding_forward(float *out, const int *tokens, const float *token_table, const float *position_table, int B,
                       int T, int C) {
    // TODO 13.3 embedding_forward: out[b,t,:] = the row of the token, plus the row of t if there is a table
    todo("13.3 embedding_forward");
}

// A token that comes twice hears from both places. So two threads must not meet in one row: each owns columns.
void embedding_backward(float *dtoken_table, float *dposition_table, const float *dout, const int *tokens, int B, int T,
                        int C) {
    // TODO 13.3 embedding_backward: every row of dout is added to the row of its token and of its position
    todo("13.3 embedding_backward");
}
