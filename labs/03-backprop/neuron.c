// The threshold unit of 1943: a weighted vote, and a yes or a no. Its weights are set by hand, because a step has slope
// 0 wherever it has a slope: there is nothing to follow downhill.
#include "03-backprop/backprop.h"

int threshold_unit(const float *x, const float *weight, float bias, int n) {
    // TODO 03.1 threshold_unit: 1 if the weighted sum plus bias reaches 0, else 0
    todo("03.1 threshold_unit");
}

// Inputs are 0 or 1. Choose weights and a bias so that the sum reaches 0 exactly for the inputs that should fire.
struct gate gate_and(void) {
    // TODO 03.1 gate_and: weights and bias of a unit that fires for (1,1) only
    todo("03.1 gate_and");
}

struct gate gate_or(void) {
    // TODO 03.1 gate_or: weights and bias of a unit that fires for all inputs but (0,0)
    todo("03.1 gate_or");
}

struct gate gate_not(void) {
    // TODO 03.1 gate_not: weights and bias of a unit that fires if the first input is 0
    todo("03.1 gate_not");
}

// No weights make one unit fire for (0,1) and (1,0) but not for (0,0) and (1,1). Two layers of units can.
int gate_xor(int a, int b) {
    // TODO 03.1 gate_xor: units in two layers: "a or b" and "not both"
    todo("03.1 gate_xor");
}
