// The softmax of the worked example in two pieces: two keys, then the third.
#include <math.h>

#include "12-attention/show.h"

void show_merge(void) {
    const float root = sqrtf(2.0f), values[3] = {10, 0, 5};
    float scores[3] = {-1 / root, 1 / root, 4 / root}, max = -INFINITY, sum = 0.0f,
          out = 0.0f;  // the largest comes last
    const float value_of[3] = {values[2], values[1], values[0]};
    printf("\nThe same softmax, key by key, from the last to the first\n");
    printf("  %8s %8s %8s %8s %12s\n", "score", "max", "factor", "sum", "sum of values");
    for (int i = 0; i < 3; i++) {
        double score = (double)scores[i];
        float factor = online_softmax(&scores[i], 1, &max, &sum);
        out = out * factor + scores[i] * value_of[i];
        printf("  %8.3f %8.3f %8.3f %8.3f %12.3f\n", score, (double)max, (double)factor, (double)sum, (double)out);
    }
    printf("  out %.3f / %.3f = %.3f   lse %.3f\n", (double)out, (double)sum, (double)(out / sum),
           (double)(max + logf(sum)));
}
