// Tests of conv2d.cu.
#include "22-cuda-basics/definitions.h"

enum wrong { RIGHT, FLIPPED, TRANSPOSED, NO_HALO, REPEATED, UNPADDED, SHIFTED, WRAPPED, WRONGS };

static double at(const float *x, const float *weight, int H, int W, int K, int i, int j, enum wrong wrong) {
    double sum = 0;
    for (int u = 0; u < K; u++)
        for (int v = 0; v < K; v++) {
            int padding = wrong == UNPADDED  ? 0
                          : wrong == SHIFTED ? CONV_MAX / 2
                                             : K / 2,
                r = i - padding + u, c = j - padding + v;
            int w = wrong == FLIPPED ? (K - 1 - u) * K + K - 1 - v : wrong == TRANSPOSED ? v * K + u : u * K + v;
            if (wrong == REPEATED) {
                r = r < 0 ? 0 : r >= H ? H - 1 : r;
                c = c < 0 ? 0 : c >= W ? W - 1 : c;
            }
            if (wrong == WRAPPED && r * W + c >= 0 && r * W + c < H * W)
                sum += (double)weight[w] * (double)x[r * W + c];
            if (wrong == WRAPPED || r < 0 || r >= H || c < 0 || c >= W) continue;
            if (wrong == NO_HALO && (r / CONV_TILE != i / CONV_TILE || c / CONV_TILE != j / CONV_TILE)) continue;
            sum += (double)weight[w] * (double)x[r * W + c];
        }
    return sum;
}

static void grade_conv(int H, int W, int K) {
    const float *x = grade_floats(H * W), *weight = grade_floats(K * K);
    double *want[WRONGS];
    for (int wrong = 0; wrong < WRONGS; wrong++) {
        want[wrong] = grade_doubles(H * W);
        for (int i = 0; i < H * W; i++) want[wrong][i] = at(x, weight, H, W, K, i / W, i % W, (enum wrong)wrong);
    }
    float *out = gpu_output(H * W);
    conv2d_tiled(out, gpu_copy(x, H * W), weight, H, W, K);
    char what[80];
    snprintf(what, sizeof what, "conv2d_tiled, H %d, W %d, K %d: out", H, W, K);
    float *got = fetched("conv2d_tiled", out, H * W);
    if (K > 1) {
        suspect("the filter is flipped; chapter 02's convolution takes it as it is", want[FLIPPED]);
        suspect("the filter's rows and columns are swapped", want[TRANSPOSED]);
        suspect("the halo is missing: at a tile's edge the neighbouring tiles' pixels count as zeros", want[NO_HALO]);
        suspect("outside x the edge is repeated; there are zeros", want[REPEATED]);
        suspect("left and right of x stand pixels of the neighbouring row; there are zeros: check row and column apart",
                want[WRAPPED]);
        suspect("the window starts at its pixel; it should have it in the middle (padding K/2)", want[UNPADDED]);
        if (K < CONV_MAX)
            suspect("the window is too far up and left: a halo is K/2 wide, not CONV_MAX/2", want[SHIFTED]);
    }
    grade_array(what, got, want[RIGHT], AXES("ij", H, W), 2e-5);
}

EXERCISE(conv2d_tiled, .number = "22.17", .points = 6, .seconds = 10) {
    grade_conv(2 * CONV_TILE, 3 * CONV_TILE, 3);
    grade_conv(grade_int(20, 30), grade_int(33, 47), 5);
    grade_conv(grade_int(33, 47), grade_int(17, 31), 7);
    grade_conv(grade_int(17, 31), 5, 3);
    grade_conv(3, grade_int(20, 40), 7);
    grade_conv(grade_int(17, 31), grade_int(33, 47), 1);
    grade_conv(1, 1, 5);
}

EXERCISE(conv2d_tiled_traffic, .number = "22.17", .points = 3, .needs = "conv2d_tiled") {
    enum { H = 64, W = 96, K = 7 };
    grade_conv(H, W, K);
    double reads = reads_per_element(H * W), sectors = (double)gpu_counters().global[SIMT_LOAD].moved / (H * W / 8);
    double side = (double)(CONV_TILE + K - 1) / CONV_TILE;
    grade_true(
        reads <= 1.2 * side * side,
        "conv2d_tiled reads %.1f pixels from global memory for each result, where %.1f would do: fetch the tile with "
        "its halo once, into shared memory",
        reads, side * side);
    grade_true(
        sectors <= 5.5,
        "conv2d_tiled moves %.1f sectors for each 8 pixels, where about 4 would do: let threadIdx.x run along a row "
        "of x",
        sectors);
    struct simt_traffic shared = gpu_counters().shared[SIMT_LOAD];
    grade_true(
        shared.requests > 0 && (double)shared.moved <= 1.5 * (double)shared.ideal,
        "conv2d_tiled: %.1f passes over the banks for each load request of a warp to shared memory, where %.1f would "
        "do: the two rows of a warp meet in the same banks. CONV_PITCH keeps them apart",
        gpu_moved_per_request(shared), gpu_ideal_per_request(shared));
    lanes_together("conv2d_tiled");
    struct simt_traffic stores = gpu_counters().global[SIMT_STORE];
    grade_true(
        stores.moved <= 1.05 * (double)stores.ideal,
        "conv2d_tiled: %.1f sectors for each store request of a warp, where %.1f would do: let threadIdx.x run along "
        "a row of out",
        gpu_moved_per_request(stores), gpu_ideal_per_request(stores));
}
