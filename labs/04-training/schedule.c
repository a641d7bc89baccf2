// The learning rate over time: a straight line up, half a cosine down.
#include "04-training/training.h"

#include <math.h>

// The learning rate of step 0, 1, 2, ...; in warm-up the first step already moves, with lr_max / warmup.
float schedule_lr(float lr_max, float lr_min, int step, int warmup, int total) {
    // TODO 04.13 schedule_lr: three cases: climbing, falling, done
    todo("04.13 schedule_lr");
}
