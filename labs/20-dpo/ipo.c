// Identity preference optimisation: a square well in place of an endless slope.
#include "20-dpo/dpo.h"

float ipo_forward(const float *chosen, const float *rejected, const float *ref_chosen, const float *ref_rejected,
                  float beta, int n) {
    // TODO 20.3 ipo_forward: the mean square of how far h is from 1/(2 beta)
    todo("20.3 ipo_forward");
}

void ipo_backward(float *dchosen, float *drejected, float dloss, const float *chosen, const float *rejected,
                  const float *ref_chosen, const float *ref_rejected, float beta, int n) {
    // TODO 20.3 ipo_backward: the square's slope, for the chosen, and its negative for the other
    todo("20.3 ipo_backward");
}
