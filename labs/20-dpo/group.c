// Group-relative advantages: the other answers to the same question say what was to be expected.
#include <math.h>

#include "20-dpo/dpo.h"

void group_advantages(float *advantage, const float *score, bool divide, int K, int G) {
    // TODO 20.4 group_advantages: within each group of G: less the mean, over the deviation
    todo("20.4 group_advantages");
}
