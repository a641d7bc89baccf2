// The learning rate over time: a straight line up, half a cosine down.
#include "04-training/training.h"

#include <math.h>

// The learning rate of step 0, 1, 2, ...; in warm-up the first step already moves, with lr_max / warmup.
float schedule_lr(float lr_max, float lr_min, int step, int warmup, int total) {
    // BEGIN SOLUTION 04.13 schedule_lr: three cases: climbing, falling, done
    if (step < warmup) return lr_max * (float)(step + 1) / (float)warmup;
    if (step >= total) return lr_min;
    const double pi = acos(-1), progress = (double)(step - warmup) / (total - warmup);
    return (float)(lr_min + (lr_max - lr_min) * (1 + cos(pi * progress)) / 2);
    // END SOLUTION
}
