// Chapter 04: what makes a network train. Sections follow the files you write.
//
// Letters: n numbers in a flat array, B rows of a batch, C channels (features) of a row, S positions of an image
// (height times width), G groups of channels, O outputs and I inputs of a linear layer. Conventions are PyTorch's, so
// that what you learn here is what you will find there; each comment states them.
#pragma once
#include <stdbool.h>

#include "common/common.h"

// ==== Optimizers =====================================================================================================
// All change the weights w (n) in place, given their gradient dw (n) and a learning rate lr. What an optimizer
// remembers between steps lies in arrays of the caller, of n numbers, zero before the first step.

// ---- sgd.c: the slope alone, and the slope with a memory ------------------------------------------------------------
// Stochastic gradient descent (Robbins and Monro 1951).
//   w -= lr * dw
void sgd_step(float *w, const float *dw, float lr, int n);

// Momentum, the heavy ball (Polyak 1964), as PyTorch writes it: the new gradient enters whole, without a factor 1 - mu.
//   buf (n) = mu * buf + dw
//   w       -= lr * buf
void momentum_step(float *w, float *buf, const float *dw, float lr, float mu, int n);

// ---- adagrad.c: a step size for every weight (Duchi, Hazan and Singer 2011) -----------------------------------------
//   sum (n) += dw^2
//   w       -= lr * dw / (sqrt(sum) + eps)
// eps stands outside the square root. PyTorch's default: eps = 1e-10.
void adagrad_step(float *w, float *sum, const float *dw, float lr, float eps, int n);

// ---- rmsprop.c: AdaGrad that forgets (Tieleman and Hinton 2012, lecture 6.5) ----------------------------------------
//   v (n) = alpha * v + (1 - alpha) * dw^2
//   w     -= lr * dw / (sqrt(v) + eps)
// eps stands outside the square root. PyTorch's defaults: alpha = 0.99, eps = 1e-8.
void rmsprop_step(float *w, float *v, const float *dw, float lr, float alpha, float eps, int n);

// ---- adam.c: both memories, corrected (Kingma and Ba 2015; Loshchilov and Hutter 2019) ------------------------------
// step counts from 1: it is the number of this step, which the bias correction needs.
//   m (n) = beta1 * m + (1 - beta1) * dw          v (n) = beta2 * v + (1 - beta2) * dw^2
//   w -= lr * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + eps)
// eps stands outside the square root. Usual values: beta1 = 0.9, beta2 = 0.999, eps = 1e-8.
void adam_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps, int step,
               int n);

// Adam on the loss + (lambda/2) * |w|^2: the penalty's gradient joins dw BEFORE the moments (PyTorch's Adam with
// weight_decay). dw itself is not changed.
//   g = dw + lambda * w, then adam_step's lines with g in place of dw
void adam_l2_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                  float lambda, int step, int n);

// AdamW: the decay does not pass through the moments.
//   w *= 1 - lr * weight_decay, then adam_step
void adamw_step(float *w, float *m, float *v, const float *dw, float lr, float beta1, float beta2, float eps,
                float weight_decay, int step, int n);

// ==== Before the first step ==========================================================================================

// ---- init.c: random weights of the right size -----------------------------------------------------------------------
// All fill weight (O,I) with random numbers drawn from r.
// Xavier (Glorot and Bengio 2010): uniform in [-a, a] with a = sqrt(6 / (I + O)), so the variance is 2 / (I + O).
void xavier_init(float *weight, int O, int I, struct rng *r);

// Kaiming for ReLU (He et al. 2015): normal with mean 0 and variance 2 / I (PyTorch: mode fan_in).
void kaiming_init(float *weight, int O, int I, struct rng *r);

// Orthogonal (Saxe et al. 2014): gain times a random matrix whose rows have length 1 and are at right angles to each
// other; where O > I that is impossible, and its columns are.
//   O <= I: weight weight^T = gain^2 * identity (O,O)        O > I: weight^T weight = gain^2 * identity (I,I)
void orthogonal_init(float *weight, int O, int I, float gain, struct rng *r);

// ==== Normalization ==================================================================================================
// y = (x - mean) * rstd * weight + bias, with rstd = 1 / sqrt(variance + eps) and the variance biased (divided by the
// number of values that it is taken over): eps is INSIDE the root here. The norms differ in which values share a mean
// and a variance. The forward function stores mean and rstd for the backward function, which ADDS to dx, dweight and
// dbias. PyTorch's default: eps = 1e-5.

// ---- batchnorm.c: one mean per channel, over the rows of the batch (Ioffe and Szegedy 2015) -------------------------
// In training. x, out (B,C); mean, rstd, weight, bias (C); B >= 2.
// The running statistics, (C), which batchnorm_eval uses, move by momentum (PyTorch: 0.1) towards the batch's; the
// variance among them is the UNBIASED one, divided by B - 1:
//   running = (1 - momentum) * running + momentum * batch
void batchnorm_forward(float *out, float *mean, float *rstd, float *running_mean, float *running_var, const float *x,
                       const float *weight, const float *bias, float momentum, float eps, int B, int C);

// In use: the running statistics stand for the batch's, so a row's result does not depend on its neighbours.
//   out (B,C) = (x - running_mean) / sqrt(running_var + eps) * weight + bias
void batchnorm_eval(float *out, const float *x, const float *running_mean, const float *running_var,
                    const float *weight, const float *bias, float eps, int B, int C);

// Gradients of batchnorm_forward, ADDED to dx (B,C), dweight (C) and dbias (C); mean and rstd are what it stored.
void batchnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C);

// ---- layernorm.c: one mean per row, over its channels (Ba, Kiros and Hinton 2016) -----------------------------------
// x, out (B,C); mean, rstd (B); weight, bias (C). A transformer calls it with B = batch times time.
void layernorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C);

// Gradients of layernorm_forward, ADDED to dx (B,C), dweight (C) and dbias (C).
void layernorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C);

// Root mean square norm (Zhang and Sennrich 2019): layer norm without the mean and without the bias.
//   rstd (B) = 1 / sqrt(mean over the row of x^2 + eps)
//   out (B,C) = x * rstd * weight
void rmsnorm_forward(float *out, float *rstd, const float *x, const float *weight, float eps, int B, int C);

// Gradients of rmsnorm_forward, ADDED to dx (B,C) and dweight (C).
void rmsnorm_backward(float *dx, float *dweight, const float *dout, const float *x, const float *rstd,
                      const float *weight, int B, int C);

// ---- groupnorm.c: one mean per row and group of channels (Wu and He 2018) -------------------------------------------
// x, out (B,C,S): S positions per channel. The C channels fall into G groups of C/G neighbours (G divides C); each
// group of each row has a mean and a variance, over C/G channels and all S positions. mean, rstd (B,G). weight, bias
// (C): one per channel, as in the other norms.
void groupnorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                       float eps, int B, int C, int S, int G);

// Gradients of groupnorm_forward, ADDED to dx (B,C,S), dweight (C) and dbias (C).
void groupnorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x, const float *mean,
                        const float *rstd, const float *weight, int B, int C, int S, int G);

// Instance norm (Ulyanov, Vedaldi and Lempitsky 2016): every channel of every image by itself. mean, rstd (B,C).
void instancenorm_forward(float *out, float *mean, float *rstd, const float *x, const float *weight, const float *bias,
                          float eps, int B, int C, int S);
void instancenorm_backward(float *dx, float *dweight, float *dbias, const float *dout, const float *x,
                           const float *mean, const float *rstd, const float *weight, int B, int C, int S);

// ---- weightnorm.c: length and direction of a weight row apart (Salimans and Kingma 2016) ----------------------------
//   norm (O) = |v[o,:]|          weight (O,I) = g[o] * v[o,:] / norm[o]
// v (O,I) and g (O) are what is learned; weight is what linear_forward gets. No row of v is all zeros.
void weightnorm_forward(float *weight, float *norm, const float *v, const float *g, int O, int I);

// Gradients of weightnorm_forward, ADDED to dv (O,I) and dg (O); dweight (O,I) comes from linear_backward.
void weightnorm_backward(float *dv, float *dg, const float *dweight, const float *v, const float *g, const float *norm,
                         int O, int I);

// ==== Along the way ==================================================================================================

// ---- dropout.c: training with parts missing (Srivastava et al. 2014), inverted --------------------------------------
// In training every value is dropped with probability p, 0 <= p < 1, and the survivors grow by 1 / (1 - p), so that the
// expected value stays what it was. One rng_uniform per value, in order; a value is kept where the number is >= p.
//   mask (n) = 0 or 1 / (1 - p);  out (n) = x * mask
// Not in training: out = x, mask = 1, and r is not touched.
void dropout_forward(float *out, float *mask, const float *x, float p, bool training, struct rng *r, int n);

// dx (n) += dout * mask: what was dropped learns nothing.
void dropout_backward(float *dx, const float *dout, const float *mask, int n);

// ---- schedule.c: a learning rate that climbs, then falls (Goyal et al. 2017; Loshchilov and Hutter 2017) ------------

// Linear warm-up, then half a cosine. step counts from 0; 0 <= warmup < total.
//   step < warmup:           lr_max * (step + 1) / warmup
//   warmup <= step < total:  lr_min + (lr_max - lr_min) * (1 + cos(pi * (step - warmup) / (total - warmup))) / 2
//   step >= total:           lr_min
float schedule_lr(float lr_max, float lr_min, int step, int warmup, int total);

// ---- clip.c: a limit on the length of the gradient (Pascanu, Mikolov and Bengio 2013) -------------------------------
// The gradient is one vector, cut into count arrays: grads[k] has sizes[k] numbers. If its length is over max_norm, ALL
// are scaled by one factor, max_norm / (length + 1e-6), as in PyTorch; else nothing changes.
// Returns the length before clipping.
float clip_grad_norm(float *const *grads, const int *sizes, int count, float max_norm);
