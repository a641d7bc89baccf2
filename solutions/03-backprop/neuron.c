// The threshold unit of 1943: a weighted vote, and a yes or a no. Its weights are set by hand, because a step has slope
// 0 wherever it has a slope: there is nothing to follow downhill.
#include "03-backprop/backprop.h"

int threshold_unit(const float *x, const float *weight, float bias, int n) {
    // BEGIN SOLUTION 03.1 threshold_unit: 1 if the weighted sum plus bias reaches 0, else 0
    float sum = bias;
    for (int i = 0; i < n; i++) sum += weight[i] * x[i];
    return sum >= 0.0f;
    // END SOLUTION
}

// Inputs are 0 or 1. Choose weights and a bias so that the sum reaches 0 exactly for the inputs that should fire.
struct gate gate_and(void) {
    // BEGIN SOLUTION 03.1 gate_and: weights and bias of a unit that fires for (1,1) only
    return (struct gate){.weight = {1.0f, 1.0f}, .bias = -1.5f};
    // END SOLUTION
}

struct gate gate_or(void) {
    // BEGIN SOLUTION 03.1 gate_or: weights and bias of a unit that fires for all inputs but (0,0)
    return (struct gate){.weight = {1.0f, 1.0f}, .bias = -0.5f};
    // END SOLUTION
}

struct gate gate_not(void) {
    // BEGIN SOLUTION 03.1 gate_not: weights and bias of a unit that fires if the first input is 0
    return (struct gate){.weight = {-1.0f, 0.0f}, .bias = 0.5f};
    // END SOLUTION
}

// No weights make one unit fire for (0,1) and (1,0) but not for (0,0) and (1,1). Two layers of units can.
int gate_xor(int a, int b) {
    // BEGIN SOLUTION 03.1 gate_xor: units in two layers: "a or b" and "not both"
    const float in[2] = {(float)a, (float)b};
    struct gate either = gate_or(), both = gate_and(), negate = gate_not();
    float any = (float)threshold_unit(in, either.weight, either.bias, 2);
    const float all[2] = {(float)threshold_unit(in, both.weight, both.bias, 2), 0.0f};
    float not_all = (float)threshold_unit(all, negate.weight, negate.bias, 2);
    const float hidden[2] = {any, not_all};
    return threshold_unit(hidden, both.weight, both.bias, 2);
    // END SOLUTION
}
