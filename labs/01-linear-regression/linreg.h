// Chapter 01, linear regression. Sections follow the files of this folder, in the order of the exercises.
//
// Sizes everywhere: n examples with `features` numbers each. x is (n, features), row by row, so that
// x[i * features + j] is feature j of example i; y is (n). The model is w (features) and one number b.
#pragma once
#include <stdbool.h>

// ---- loss.c: how wrong are the predictions? -------------------------------------------------------------------------

// Mean squared error over n predictions.
//   pred (n), target (n)  ->  returns (1/n) * sum_i (pred[i] - target[i])^2
// n >= 1. Example: pred {0, 0}, target {3, 5} gives (9 + 25) / 2 = 17.
float mse_forward(const float *pred, const float *target, int n);

// Gradient of mse_forward with respect to pred, times the upstream gradient dloss, ADDED to dpred.
//   dpred (n) += dloss * (2/n) * (pred - target)
// Example: the one above, with dloss 1, adds {-3, -5}.
void mse_backward(float *dpred, float dloss, const float *pred, const float *target, int n);

// Share of the targets' variation that the predictions explain (R squared, the coefficient of determination).
//   pred (n), target (n)  ->  returns 1 - sum_i (target[i] - pred[i])^2 / sum_i (target[i] - mean(target))^2
// 1 is perfect, 0 is what predicting mean(target) gives, and there is no lower end. Targets must not all be equal.
float r_squared(const float *pred, const float *target, int n);

// ---- model.c: a weighted sum ----------------------------------------------------------------------------------------

// Predictions of the linear model.
//   x (n, features), w (features), b  ->  pred (n) = x w + b, written
void linreg_forward(float *pred, const float *x, const float *w, float b, int n, int features);

// Gradients of linreg_forward with respect to w and b, given dpred (n), the gradient with respect to its output. ADDED.
//   dw (features) += x^T dpred        db (1) += sum_i dpred[i]
// The 1/n of a mean is in dpred already (mse_backward put it there).
void linreg_backward(float *dw, float *db, const float *dpred, const float *x, int n, int features);

// ---- descent.c: three ways downhill ---------------------------------------------------------------------------------

// One step of batch gradient descent on the n examples given: w and b move by -lr times the gradient of their MSE.
//   x (n, features), y (n), lr  ->  w (features) and b (1) updated; returns the MSE before the step
float descent_batch_step(float *w, float *b, const float *x, const float *y, int n, int features, float lr);

// One epoch of stochastic gradient descent: n steps, each on a single example, in the given order.
//   order (n), a permutation of 0..n-1: step k uses example order[k], at the w and b that step k-1 left
void descent_stochastic_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                              float lr);

// One epoch of mini-batch gradient descent: one step for order[0..batch-1], one for the next `batch` entries, and so
// on. Where batch does not divide n, the last step uses the n % batch examples that are left, and averages over those.
// 1 <= batch <= n.
void descent_minibatch_epoch(float *w, float *b, const float *x, const float *y, const int *order, int n, int features,
                             int batch, float lr);

// ---- standardise.c: features on one scale ---------------------------------------------------------------------------

// Mean and standard deviation (dividing by n) of every column.
//   x (n, features)  ->  mean (features), std (features), written; a column of equal values gets std 1
void standardise_fit(float *mean, float *std, const float *x, int n, int features);

// Puts x, in place, on the scale that standardise_fit found, perhaps on other rows: x[i,j] = (x[i,j] - mean[j]) /
// std[j].
void standardise_apply(float *x, const float *mean, const float *std, int n, int features);

// ---- norms.c: how long is a vector? ---------------------------------------------------------------------------------

float norm_l1(const float *v, int n);                         // sum of |v[i]|
float norm_l2(const float *v, int n);                         // square root of the sum of squares; no float overflow
float norm_linf(const float *v, int n);                       // largest |v[i]|
float norm_frobenius(const float *a, int rows, int columns);  // a (rows, columns): norm_l2 of its entries

// ---- cholesky.c: solving A x = c for a symmetric positive definite A (Cholesky; published by Benoit, 1924) ----------

// Lower triangle l with a = l l^T. Reads only the lower triangle of a, writes all of l (zeros above the diagonal).
//   a (n, n)  ->  l (n, n); returns the number of columns factored: n is success
// A smaller result k says that a is not positive definite: the pivot of column k, the number to be square-rooted, is
// not above CHOLESKY_TINY * a[k,k]. Then column k is a combination of those before it, and l is unusable.
#define CHOLESKY_TINY \
    1e-12  // data in float is good to 6e-8; what is left of a copied column is about the square of that
int cholesky_factor(double *l, const double *a, int n);

// Solves l l^T x = c by one forward and one backward substitution.
//   l (n, n) from cholesky_factor, c (n)  ->  x (n), written; x and c do not overlap
void cholesky_solve(double *x, const double *l, const double *c, int n);

// ---- normal_equation.c: the minimum in one go (Legendre 1805, Gauss 1809) -------------------------------------------

// The sums that least squares needs. The bias is the weight of one more feature, in the last place, which is always 1.
// With m = features + 1 and xt = (x[t,0], ..., x[t,features-1], 1):
//   a (m, m) = (1/n) * sum_t xt xt^T        c (m) = (1/n) * sum_t xt y[t]        both written, a in full
void normal_equation_sums(double *a, double *c, const float *x, const float *y, int n, int features);

// The w and b of the smallest MSE: a (w, b) = c. Returns false, and leaves w and b alone, where a is not positive
// definite: fewer examples than unknowns, or a feature that is a combination of others.
bool normal_equation(float *w, float *b, const float *x, const float *y, int n, int features);

// ---- ridge.c: a price on large weights (Hoerl and Kennard 1970) -----------------------------------------------------

// The w and b of the smallest MSE + lambda * norm_l2(w)^2, by (a + lambda * I') (w, b) = c, where I' is the identity
// with 0 for the bias, which costs nothing. Returns false, w and b untouched, where that matrix is not positive
// definite.
bool ridge_fit(float *w, float *b, const float *x, const float *y, int n, int features, double lambda);

// ---- lasso.c: a price that makes zeros (Tibshirani 1996; coordinate descent: Friedman, Hastie, Tibshirani 2010) -----

// z moved towards 0 by t >= 0, and not beyond: z - t, z + t or 0.
float soft_threshold(float z, float t);

// One sweep of coordinate descent on MSE + lambda * norm_l1(w): each w[j] in turn, then b, goes where the loss is
// smallest with all the others held.
//   residual (n) = y - x w - b on entry, and again, for the new w and b, on return
//   w (features), b (1) updated; returns the largest change of any w[j]
// A column of zeros keeps its weight.
float lasso_sweep(float *w, float *b, float *residual, const float *x, int n, int features, float lambda);

// Sweeps from the w and b given until no weight moves by more than tolerance, at most max_sweeps times; returns how
// many.
int lasso_fit(float *w, float *b, const float *x, const float *y, int n, int features, float lambda, float tolerance,
              int max_sweeps);

// ---- early_stopping.c: stop when it stops helping -------------------------------------------------------------------

struct early_stopping {
    int patience;     // epochs in a row without a new best that are borne
    int best_epoch;   // -1 before the first
    float best_loss;  // INFINITY before the first
    int stale;        // epochs since the best
};
void early_stopping_start(struct early_stopping *stop, int patience);

// Takes in one epoch's validation loss. A loss below best_loss is a new best: it is kept, and stale becomes 0; any
// other (NaN too) makes stale one more. Returns true when stale has reached patience: stop, and go back to best_epoch.
bool early_stopping_update(struct early_stopping *stop, int epoch, float validation_loss);

// ---- rows.c (given): some of the examples ---------------------------------------------------------------------------

// Copies the examples rows[0..m-1] to xs (m, features) and ys (m).
void rows_gather(float *xs, float *ys, const float *x, const float *y, const int *rows, int m, int features);

// ridge_fit on the examples rows[0..m-1]. Dies where there is no unique answer.
void rows_fit(float *w, float *b, const float *x, const float *y, const int *rows, int m, int features, double lambda);

// The MSE of the model w, b on the examples rows[0..m-1].
float rows_mse(const float *w, float b, const float *x, const float *y, const int *rows, int m, int features);

// ---- folds.c: every example judges once -----------------------------------------------------------------------------

// Fold `fold` of k: its validation examples are order[fold*n/k .. (fold+1)*n/k - 1] (whole-number division), the others
// are for training; both keep their order.
//   order (n)  ->  train (n minus the result), validation (the result), written; returns the number for validation
// 2 <= k <= n, 0 <= fold < k.
int folds_split(int *train, int *validation, const int *order, int n, int k, int fold);

// ---- learning_curve.c: would more data help? ------------------------------------------------------------------------

// For each size m = sizes[s]: in each of the k folds, fits ridge_fit with lambda on the first m training examples, and
// takes the MSE on those m and on the fold's validation examples. The means over the k folds are written.
//   sizes (count), none above n - ceil(n/k)  ->  train_mse (count), validation_mse (count)
void learning_curve(float *train_mse, float *validation_mse, const int *sizes, int count, const float *x,
                    const float *y, const int *order, int n, int features, int k, double lambda);
