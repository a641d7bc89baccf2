// Tests of learning_curve.c.
#include "01-linear-regression/definitions.h"

EXERCISE(learning_curve, .number = "01.13", .points = 2, .needs = "folds_split ridge_fit linreg_forward mse_forward") {
    int k = grade_int(3, 4), d = grade_int(2, 3), n = 6 * k + grade_int(1, k - 1), sizes[] = {d + 2, 9, n - n / k - 1};
    int *order = in_disorder(n), *train = grade_ints(n, 0, 0);
    float *x = grade_floats(n * d), *y = grade_floats(n), *train_mse = grade_output(3),
          *validation_mse = grade_output(3);
    double want_train[3] = {0}, want_validation[3] = {0}, all_train[3] = {0}, one[3] = {0}, seen[3] = {0},
           lambda = 0.05;
    for (int i = 0; i < n; i++) y[i] += 3 * x[i * d] + 1;
    for (int s = 0; s < 3; s++)
        for (int fold = 0; fold < k; fold++) {
            int start = fold * n / k, end = (fold + 1) * n / k, m = 0;
            for (int i = 0; i < n; i++)
                if (i < start || i >= end) train[m++] = order[i];
            double *wb = least_squares(x, y, train, sizes[s], d, lambda, 0);
            want_train[s] += mse_of(wb, wb[d], x, y, train, sizes[s], d) / k;
            all_train[s] += mse_of(wb, wb[d], x, y, train, m, d) / k;
            one[s] = mse_of(wb, wb[d], x, y, order + start, end - start, d);
            want_validation[s] += one[s] / k;
            wb = least_squares(x, y, order, sizes[s], d, lambda, 0);
            seen[s] += mse_of(wb, wb[d], x, y, train, sizes[s], d) / k;
        }
    learning_curve(train_mse, validation_mse, sizes, 3, x, y, order, n, d, k, lambda);
    suspect("judged on all training examples; only those that were fitted count", all_train);
    suspect("fitted on the first rows of order, those of the fold among them; fit on the first of train", seen);
    suspect_factor("summed over the folds, not averaged", k);
    grade_array("train_mse", train_mse, want_train, AXES("s", 3), 1e-4);
    suspect("only the last fold counts", one);
    suspect_factor("summed over the folds, not averaged", k);
    suspect("the training loss, where the validation loss belongs", want_train);
    grade_array("validation_mse", validation_mse, want_validation, AXES("s", 3), 1e-4);
}
