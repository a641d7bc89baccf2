// What came of it: rewards that come later, counted back to the steps that led to them.
#include "19-ppo/ppo.h"

void discounted_returns(float *returns, const float *reward, float gamma, int n) {
    // TODO 19.2 discounted_returns: from the end to the start: what comes next is worth gamma as much
    todo("19.2 discounted_returns");
}

void gae(float *advantage, float *returns, const float *reward, const float *value, float gamma, float lambda, int n) {
    // TODO 19.2 gae: from the end to the start: delta, by how much this step came out better than the critic
    //   thought; the advantage, in which later surprises count less and less; and what the critic should have said
    todo("19.2 gae");
}
