// Loss on the answer only: all of a conversation is read, what is marked is predicted.
#include "16-sft/sft.h"

void sft_example(int *inputs, int *targets, const int *row, int T) {
    for (int t = 0; t < T; t++) {
        // TODO 16.2 sft_example: what is read at t, without its mark; what comes after it, if that is
        //   marked. Padding is -1, in which every bit is set
        todo("16.2 sft_example");
    }
}
