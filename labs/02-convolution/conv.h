// Convolution: the arithmetic of a stack of layers, and the layers themselves. Sections follow the files of this
// chapter.
//
// Pictures are (B,C,H,W): batch, channels, height, width, the last index fastest, so x[b,c,i,j] is
// x[((b*C + c)*H + i)*W + j]. Row i counts from the top, column j from the left. Weights are (O,C,KH,KW): for each of O
// output channels one KH x KW kernel per input channel.
#pragma once
#include "common/common.h"

// One convolution: its input x (B,C,H,W), its weight (O,C,KH,KW), and how the kernel moves. stride is the step from one
// window to the next, padding the number of zeros on every side, dilation the step from one tap of the kernel to the
// next.
struct conv_shape {
    int B, C, H, W;
    int O, KH, KW;
    int stride, padding, dilation;  // >= 1, >= 0, >= 1
};

// One pooling: its input x (B,C,H,W) and its square window. padding <= kernel/2, so no window is empty.
struct pool_shape {
    int B, C, H, W;
    int kernel, stride, padding;
};

// ---- layer_size.c: how large the output is --------------------------------------------------------------------------
// The size, along one axis, of what a convolution or a pooling puts out: the number of places where the window fits.
//   conv_output_size(200, 5, 2, 1, 1) -> 99, for n = 200, kernel 5, stride 2, padding 1, dilation 1
// A dilated kernel spans dilation*(kernel-1) + 1 pixels. Returns 0 if it does not fit even once.
// n, padding >= 0; kernel, stride, dilation >= 1.
int64_t conv_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);

// The size of what a transposed convolution puts out: the size that a convolution with these numbers shrinks to n.
// There are several; output_padding, in 0..stride-1, says how far above the smallest.
//   conv_transpose_output_size(14, 4, 2, 1, 1, 0) -> 28
// Returns 0 if the padding cuts everything off. n >= 1, the others as above.
int64_t conv_transpose_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                                   int64_t output_padding);

int conv_out_height(struct conv_shape s);  // conv_output_size for H and KH
int conv_out_width(struct conv_shape s);   // for W and KW
int pool_out_height(struct pool_shape s);
int pool_out_width(struct pool_shape s);

// ---- layer_cost.c: what one layer sees, stores and computes ---------------------------------------------------------
// One layer of a stack. LAYER_UP (nearest: each pixel becomes stride x stride pixels) uses stride only, LAYER_LINEAR
// out and bias only; a pooling has dilation 1.
enum layer_kind { LAYER_CONV, LAYER_TCONV, LAYER_MAX_POOL, LAYER_AVG_POOL, LAYER_UP, LAYER_LINEAR };
struct layer {
    enum layer_kind kind;
    int64_t kernel, stride, padding, dilation, output_padding;
    int64_t out;  // output channels of LAYER_CONV, LAYER_TCONV and LAYER_LINEAR
    bool bias;
};
struct feature_map {
    int64_t channels, height, width;
};

// Follows the receptive field through one window. On entry one value of the window's input sees *field pixels of the
// picture along one axis, and its neighbour as many, *jump pixels further on; on return both hold for the output.
//   field 3, jump 2, through kernel 3, stride 2, dilation 1  ->  field 7, jump 4
// A picture itself has field 1 and jump 1. (Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional
// neural networks".)
void receptive_field_step(double *field, double *jump, int64_t kernel, int64_t stride, int64_t dilation);

// Parameters, and multiply-accumulates (MACs) for one picture, of a layer that turns the map `in` into the map `out`.
//   conv    out.channels * in.channels * kernel^2 weights, each used once for every pixel of out
//   tconv   as many weights, each used once for every pixel of in
//   linear  out.channels * in.channels * in.height * in.width weights, each used once
//   others  0 and 0
// A bias is one more parameter for every output channel, and no MAC. Multiply and add with count_times and count_plus
// (below), so that an overflow comes out as one.
void layer_cost(int64_t *params, int64_t *macs, const struct layer *l, struct feature_map in, struct feature_map out);

// ---- stack.c: a whole stack -----------------------------------------------------------------------------------------
// What is known after a layer.
struct layer_report {
    struct feature_map map;  // what the layer puts out
    int64_t params, macs;    // of this layer alone
    double field, jump;  // in pixels of the picture. After upsampling jump < 1, and a value sees floor(field) at most
};

// The map that l makes of the map `in`, by layer_size.c, for a layer that is not refused.
struct feature_map layer_map(const struct layer *l, struct feature_map in);

// Walks a picture of size `input` through n layers and fills reports[0..n-1]. Returns n; or, if layer i is impossible,
// i, with the reason in reason (size bytes at most) and reports[0..i-1] filled. For the receptive field, LAYER_LINEAR
// is a window over the whole map (its longer side). LAYER_TCONV first sets the pixels of its input apart, which divides
// the jump by its stride, and runs a window of stride 1 over the result. LAYER_UP does the same, with its factor as the
// kernel.
int stack_trace(struct layer_report *reports, char *reason, size_t size, struct feature_map input,
                const struct layer *layers, int n);

// ---- refusal.c (given): why a layer is impossible -------------------------------------------------------------------
// Sums and products of counts >= 0: COUNT_OVERFLOW if 63 bits do not hold the result, or if a or b is that already.
#define COUNT_OVERFLOW ((int64_t)-1)
int64_t count_times(int64_t a, int64_t b);
int64_t count_plus(int64_t a, int64_t b);

// True, with the reason, if l cannot follow a map of size `in`: stride 0, a kernel larger than the padded input, an
// output size that 63 bits do not hold, ...
bool layer_refused(char *reason, size_t size, const struct layer *l, struct feature_map in);

// True, with the reason, if a count in r overflowed.
bool cost_refused(char *reason, size_t size, const struct layer_report *r);

// ---- conv2d.c: convolution by its definition ------------------------------------------------------------------------
// What every framework calls convolution. (In mathematics: cross-correlation; the kernel is not flipped.)
//   x (B,C,H,W), weight (O,C,KH,KW), bias (O) or NULL  ->  out (B,O,OH,OW), OH = conv_out_height(s), OW likewise
//   out[b,o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v] * x[b,c, i*stride - padding + u*dilation,
//                                                                       j*stride - padding + v*dilation]
// Pixels outside x count as 0.
void conv2d_forward(float *out, const float *x, const float *weight, const float *bias, struct conv_shape s);

// ---- im2col.c: convolution as one matrix product --------------------------------------------------------------------
// Writes every window of ONE picture x (C,H,W) as a column of a matrix (s.B does not matter):
//   cols (C*KH*KW, OH*OW):  cols[(c*KH + u)*KW + v, i*OW + j] = x[c, i*stride - padding + u*dilation,
//                                                                    j*stride - padding + v*dilation], outside x: 0
// (Chellapilla, Puri and Simard 2006, "High performance convolutional neural networks for document processing".)
void im2col(float *cols, const float *x, struct conv_shape s);

// out (M,N) += a (M,K) times b (K,N). Given: plain loops, which chapter 09 makes fast.
void im2col_matmul(float *out, const float *a, const float *b, int M, int K, int N);

// The same numbers as conv2d_forward, up to rounding. cols (C*KH*KW, OH*OW) is working memory, used for every picture
// of the batch in turn.
void conv2d_im2col(float *out, float *cols, const float *x, const float *weight, const float *bias,
                   struct conv_shape s);

// ---- conv_transpose2d.c: the way back -------------------------------------------------------------------------------
// The transposed convolution of s. s is the convolution whose matrix is transposed, so sizes run backwards, from its
// output to its input:
//   y (B,O,OH,OW), weight (O,C,KH,KW), bias (C) or NULL  ->  out (B,C,H,W)
// Every y[b,o,i,j] stamps y[b,o,i,j] * weight[o,c,:,:] onto out, at the place whose window the convolution reads for
// (i,j). Stamps overlap and add up; what falls outside out is dropped. Without a bias it is the convolution's adjoint:
// <conv2d(x), y> = <x, conv_transpose2d(y)>.
// (Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning".)
void conv_transpose2d_forward(float *out, const float *y, const float *weight, const float *bias, struct conv_shape s);

// ---- pool.c: the largest or the mean of every window ----------------------------------------------------------------
// x (B,C,H,W)  ->  out (B,C,OH,OW), and argmax (B,C,OH,OW) or NULL: where in its plane of x each maximum stood, as
// row*W + column; of equal ones the first. Pixels outside x never win.
void max_pool_forward(float *out, int *argmax, const float *x, struct pool_shape s);

// x (B,C,H,W)  ->  out (B,C,OH,OW): the mean of those pixels of the window that lie inside x, so borders keep their
// brightness.
void avg_pool_forward(float *out, const float *x, struct pool_shape s);

// ---- unpool.c: maxima back to where they stood ----------------------------------------------------------------------
// y, argmax (B,C,OH,OW), of the max pooling s  ->  out (B,C,H,W): 0 but for every y at the place that its argmax tells.
// (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks".)
void max_unpool_forward(float *out, const float *y, const int *argmax, struct pool_shape s);

// ---- upsample.c: larger without weights -----------------------------------------------------------------------------
// Both: x (B,C,H,W)  ->  out (B,C,OH,OW). OH and OW need not be multiples of H and W.
// Nearest: row i of out is row floor(i*H/OH) of x; columns likewise.
void upsample_nearest_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW);

// Bilinear: the middle of row i of out lies at (i + 1/2)*H/OH - 1/2 among the rows of x, held within 0..H-1. Its pixels
// are a mix of the row above that place and the row below, the nearer one weighing more; columns likewise. (What
// PyTorch calls align_corners=False.)
void upsample_bilinear_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW);
