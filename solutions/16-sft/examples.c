// Loss on the answer only: all of a conversation is read, what is marked is predicted.
#include "16-sft/sft.h"

void sft_example(int *inputs, int *targets, const int *row, int T) {
    for (int t = 0; t < T; t++) {
        // BEGIN SOLUTION 16.2 sft_example: what is read at t, without its mark; what comes after it, if that is
        //   marked. Padding is -1, in which every bit is set
        const int here = row[t], next = row[t + 1];
        inputs[t] = here < 0 ? 0 : here & ~LEARN;
        targets[t] = next >= 0 && (next & LEARN) ? next & ~LEARN : -1;
        // END SOLUTION
    }
}
