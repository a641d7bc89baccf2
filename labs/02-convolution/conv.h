// Convolution: the arithmetic of a stack of layers, and the layers themselves. Sections follow the files of this
// folder.
//
// Pictures are (B,C,H,W): batch, channels, height, width, the last index fastest, so x[b,c,i,j] is
// x[((b*C + c)*H + i)*W + j]. Row i counts from the top, column j from the left. Weights are (O,C,KH,KW): for each of O
// output channels one KH x KW kernel per input channel.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One convolution: its input x (B,C,H,W), its weight (O,C,KH,KW), and how the kernel moves. The field's letters: stride
// is the step between windows, padding the zeros added on every side, dilation the step between a kernel's taps.
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
// A dilated kernel spans dilation*(kernel-1) + 1 pixels. Returns 0 if it does not fit even once. kernel, stride and
// dilation >= 1; n, padding >= 0.
int64_t conv_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation);

// The size of what a transposed convolution puts out: the n that a convolution with these numbers would shrink to this
// one. Several n shrink to the same size; output_padding, in 0..stride-1, says how far above the smallest.
//   conv_transpose_output_size(14, 4, 2, 1, 1, 0) -> 28
// Returns 0 if the padding would cut everything off. n >= 1.
int64_t conv_transpose_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                                   int64_t output_padding);

int conv_out_height(struct conv_shape s);  // conv_output_size for H, KH
int conv_out_width(struct conv_shape s);   // for W, KW
int pool_out_height(struct pool_shape s);
int pool_out_width(struct pool_shape s);

// ---- layer_cost.c: what one layer sees, stores and computes
// ----------------------------------------------------------- One layer of a stack. Of the numbers, LAYER_UP (nearest,
// each pixel becomes stride x stride) uses stride only, and LAYER_LINEAR out and bias only; a pooling has dilation 1.
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

// Counts that know their limit: COUNT_OVERFLOW if the result needs more than 63 bits, or if an argument is already
// that.
#define COUNT_OVERFLOW ((int64_t)-1)
int64_t count_times(int64_t a, int64_t b);  // a, b >= 0
int64_t count_plus(int64_t a, int64_t b);

// Follows the receptive field through one more layer. On entry, one value of the layer's input sees *field pixels of
// the picture along one axis, and its neighbour sees the same, *jump pixels further on. On return both hold for the
// layer's output. The picture itself has field 1 and jump 1.
//   receptive_field_step of field 3, jump 2 through kernel 3, stride 2, dilation 1 -> field 7, jump 4
// (Araujo, Norris and Sim 2019, "Computing receptive fields of convolutional neural networks".)
void receptive_field_step(double *field, double *jump, int64_t kernel, int64_t stride, int64_t dilation);

// Parameters, and multiply-accumulates for one picture, of a layer that turns the map `in` into the map `out`.
//   conv    params out.channels*in.channels*kernel^2, and out.channels more with a bias; MACs: every output value costs
//           in.channels*kernel^2
//   tconv   the same params; MACs: every *input* value costs out.channels*kernel^2
//   linear  in.channels*in.height*in.width inputs, each joined to each of out.channels outputs; bias as above
//   others  0 and 0
// A bias is no multiplication: it adds no MACs. Use count_times and count_plus: an overflow must come out as one.
void layer_cost(int64_t *params, int64_t *macs, const struct layer *l, struct feature_map in, struct feature_map out);

// ---- stack.c: a whole stack
// -------------------------------------------------------------------------------------------
struct layer_report {
    struct feature_map map;  // what the layer puts out
    int64_t params, macs;    // of this layer alone
    double field, jump;      // in pixels of the picture; jump < 1 after upsampling; the largest field is floor(field)
};

// Walks a picture of size `input` through n layers and fills reports[0..n-1]. Returns n; or, if layer i is impossible,
// i, with the reason in reason (size bytes at most) and reports[0..i-1] filled. A window moves the receptive field by
// receptive_field_step. LAYER_LINEAR is a window over the whole map (the longer side counts). LAYER_TCONV first sets
// its input apart by stride, which divides the jump, and then runs a window of stride 1 over it; LAYER_UP is a
// LAYER_TCONV whose kernel is its stride.
int stack_trace(struct layer_report *reports, char *reason, size_t size, struct feature_map input,
                const struct layer *layers, int n);

// The map that l makes of the map `in`, by the sizes of layer_size.c. For a layer that is not refused.
struct feature_map layer_map(const struct layer *l, struct feature_map in);

// If l cannot follow a map of size `in`, writes the reason and returns true: stride 0, a kernel larger than the padded
// input, an output size that 63 bits do not hold, ...
bool layer_refused(char *reason, size_t size, const struct layer *l, struct feature_map in);

// The same for a count in r that overflowed.
bool cost_refused(char *reason, size_t size, const struct layer_report *r);

// ---- conv2d.c: convolution, by its definition
// ------------------------------------------------------------------------- What every framework calls convolution (in
// mathematics: cross-correlation, the kernel is not flipped).
//   x (B,C,H,W), weight (O,C,KH,KW), bias (O) or NULL  ->  out (B,O,OH,OW), OH = conv_out_height(s), OW likewise
//   out[b,o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v] * x[b, c, i*stride - padding + u*dilation,
//                                                                        j*stride - padding + v*dilation]
// where pixels outside x count as 0.
void conv2d_forward(float *out, const float *x, const float *weight, const float *bias, struct conv_shape s);

// ---- im2col.c: convolution as one matrix product
// ---------------------------------------------------------------------- Writes every window of ONE picture x (C,H,W)
// as a column of a matrix (s.B does not matter):
//   cols (C*KH*KW, OH*OW):  cols[(c*KH + u)*KW + v, i*OW + j] = x[c, i*stride - padding + u*dilation,
//                                                                    j*stride - padding + v*dilation], outside x: 0
// (Chellapilla, Puri and Simard 2006, "High performance convolutional neural networks for document processing".)
void im2col(float *cols, const float *x, struct conv_shape s);

// out (M,N) += a (M,K) b (K,N). Plain loops; chapter 09 makes them fast.
void im2col_matmul(float *out, const float *a, const float *b, int M, int K, int N);

// The same numbers as conv2d_forward, up to rounding. cols (C*KH*KW, OH*OW) is working memory, used for every picture
// of the batch in turn.
void conv2d_im2col(float *out, float *cols, const float *x, const float *weight, const float *bias,
                   struct conv_shape s);

// ---- conv_transpose2d.c: the way back
// --------------------------------------------------------------------------------- The transposed convolution of s: s
// is the convolution whose matrix is transposed, so the sizes run backwards, from its output to its input.
//   y (B,O,OH,OW), weight (O,C,KH,KW), bias (C) or NULL  ->  out (B,C,H,W)
// Every y[b,o,i,j] stamps y * weight[o,c,:,:] onto out, where the convolution would have read its window; stamps
// overlap and add up, and what falls outside is dropped. Without bias it is the adjoint: <conv2d(x), y> = <x,
// conv_transpose2d(y)>. (Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning".)
void conv_transpose2d_forward(float *out, const float *y, const float *weight, const float *bias, struct conv_shape s);

// ---- pool.c: the largest or the mean of every window
// ------------------------------------------------------------------- x (B,C,H,W) -> out (B,C,OH,OW), and argmax
// (B,C,OH,OW): where in its H*W plane each maximum stood, i*W + j; of equal ones the first. Pixels outside x never win.
// argmax may be NULL.
void max_pool_forward(float *out, int *argmax, const float *x, struct pool_shape s);

// x (B,C,H,W) -> out (B,C,OH,OW): the mean of the window's pixels that lie inside x, so a border stays as bright as it
// was.
void avg_pool_forward(float *out, const float *x, struct pool_shape s);

// ---- unpool.c: maxima back to where they stood
// ------------------------------------------------------------------------ y, argmax (B,C,OH,OW) -> out (B,C,H,W): out
// is 0 but for y[k] at its place argmax[k], for the max pooling s. (Zeiler and Fergus 2014, "Visualizing and
// understanding convolutional networks".)
void max_unpool_forward(float *out, const float *y, const int *argmax, struct pool_shape s);

// ---- upsample.c: larger without weights
// ------------------------------------------------------------------------------- x (B,C,H,W) -> out (B,C,OH,OW); OH
// and OW need not be multiples. Nearest: row i of out is row floor(i*H/OH) of x; columns likewise.
void upsample_nearest_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW);

// Bilinear: the middle of pixel i of out, (i + 1/2)*H/OH, lies at row r = (i + 1/2)*H/OH - 1/2 of x, held within
// 0..H-1; out is the mix of the rows floor(r) and floor(r) + 1 by distance; columns likewise. (The convention of
// PyTorch's align_corners=False and of OpenCV.)
void upsample_bilinear_forward(float *out, const float *x, int B, int C, int H, int W, int OH, int OW);
