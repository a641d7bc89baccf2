// Stop when it stops helping: watch examples that training never sees, and be a little patient.
#include "01-linear-regression/linreg.h"

#include <math.h>

#include "common/common.h"

void early_stopping_start(struct early_stopping *stop, int patience) {
    *stop = (struct early_stopping){.patience = patience, .best_epoch = -1, .best_loss = INFINITY, .stale = 0};
}

bool early_stopping_update(struct early_stopping *stop, int epoch, float validation_loss) {
    // BEGIN SOLUTION 01.13 early_stopping_update: a new best, or one more stale epoch; is patience at its end?
    if (validation_loss < stop->best_loss) {
        stop->best_loss = validation_loss;
        stop->best_epoch = epoch;
        stop->stale = 0;
    } else {
        stop->stale++;
    }
    return stop->stale >= stop->patience;
    // END SOLUTION
}
