// How large the output of one layer is.
#include "02-convolution/conv.h"

int64_t conv_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    // TODO 02.1 conv_output_size: how many places there are for the window, 0 if none
    todo("02.1 conv_output_size");
}

int64_t conv_transpose_output_size(int64_t n, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation,
                                   int64_t output_padding) {
    // TODO 02.2 conv_transpose_output_size: how far n stamps reach, less the padding, 0 if nothing is left
    todo("02.2 conv_transpose_output_size");
}

int conv_out_height(struct conv_shape s) {
    return (int)conv_output_size(s.H, s.KH, s.stride, s.padding, s.dilation);
}
int conv_out_width(struct conv_shape s) {
    return (int)conv_output_size(s.W, s.KW, s.stride, s.padding, s.dilation);
}
int pool_out_height(struct pool_shape s) {
    return (int)conv_output_size(s.H, s.kernel, s.stride, s.padding, 1);
}
int pool_out_width(struct pool_shape s) {
    return (int)conv_output_size(s.W, s.kernel, s.stride, s.padding, 1);
}
