// Would more patients help? The error by the number of patients to learn from.
#include <stdlib.h>

#include "01-linear-regression/linreg.h"
#include "01-linear-regression/show.h"
#include "common/common.h"

void show_learning_curve(const struct options *o, const struct patients *p) {
    enum { COUNT_MAX = 64 };
    int sizes[COUNT_MAX], count = 0;
    int largest = p->raw.n - (p->raw.n + o->folds - 1) / o->folds;
    for (int size = 15; size < largest && count < COUNT_MAX - 1; size += 1 + size / 8) sizes[count++] = size;
    sizes[count++] = largest;
    float train[COUNT_MAX], validation[COUNT_MAX];
    learning_curve(train, validation, sizes, count, p->raw.x, p->raw.y, p->order, p->raw.n, p->raw.features, o->folds,
                   0);

    struct csv_log log;
    csv_open(&log, o->out, "learning_curve.csv", "size,train_mse,validation_mse");
    for (int s = 0; s < count; s++) csv_row(&log, "%d,%g,%g", sizes[s], train[s], validation[s]);
    csv_close(&log);
    printf("\nLearning curve, means over %d folds:\n  patients   MSE train   MSE validation\n", o->folds);
    for (int s = 0; s<count; s += count> 6 ? (count - 1) / 5 : 1)
        printf("  %8d  %10.1f  %15.1f\n", sizes[s], train[s], validation[s]);
}
