// From small to large: repeated, mixed, stamped; and the checkerboards that stamps can leave.
#include <stdlib.h>

#include "02-convolution/demo.h"
#include "common/common.h"
#include "datasets/generators.h"

// Doubles y (side, side) by a transposed convolution with stride 2. weight (kernel, kernel)
static void double_size(float *out, const float *y, int side, const float *weight, int kernel) {
    struct conv_shape s = {.B = 1, .C = 1, .H = 2 * side, .W = 2 * side, .O = 1, .KH = kernel, .KW = kernel};
    s.stride = 2;
    s.padding = (kernel - 1) / 2;
    s.dilation = 1;
    conv_transpose2d_forward(out, y, weight, NULL, s);
}

// Every pixel spreads itself over its stamp in equal parts, four times as much as it has: out has four times the pixels.
static void fill_flat(float *weight, int kernel) {
    for (int k = 0; k < kernel * kernel; k++) weight[k] = 4.f / (float)(kernel * kernel);
}

// A flat picture of ones, doubled: the lowest and highest value away from the border.
static void show_overlaps(void) {
    enum { SIDE = 12, LARGEST = 6, MARGIN = 6 };
    float y[SIDE * SIDE], up[4 * SIDE * SIDE], weight[LARGEST * LARGEST];
    for (int p = 0; p < SIDE * SIDE; p++) y[p] = 1;
    printf("\na flat picture of ones, doubled by a transposed convolution with stride 2 and equal weights\n");
    printf("  %-8s %8s %8s\n", "kernel", "lowest", "highest");
    for (int kernel = 2; kernel <= LARGEST; kernel++) {
        fill_flat(weight, kernel);
        double_size(up, y, SIDE, weight, kernel);
        float low = up[MARGIN * 2 * SIDE + MARGIN], high = low;
        for (int i = MARGIN; i < 2 * SIDE - MARGIN; i++)
            for (int j = MARGIN; j < 2 * SIDE - MARGIN; j++) {
                float value = up[i * 2 * SIDE + j];
                if (value < low) low = value;
                if (value > high) high = value;
            }
        printf("  %dx%d      %8.2f %8.2f\n", kernel, kernel, (double)low, (double)high);
    }
}

void demo_upsampling(const char *out, int size) {
    static const float mixing[4] = {0.25f, 0.75f, 0.75f, 0.25f};
    float equal[9], bilinear[16];
    fill_flat(equal, 3);
    for (int k = 0; k < 16; k++) bilinear[k] = mixing[k / 4] * mixing[k % 4];

    int side = size / 4, large = 4 * side, n = large * large;
    float *card = alloc_floats((size_t)n), *small = alloc_floats((size_t)side * side);
    float *nearest = alloc_floats((size_t)n), *mixed = alloc_floats((size_t)n), *half = alloc_floats((size_t)n / 4);
    float *uneven = alloc_floats((size_t)n), *even = alloc_floats((size_t)n);
    image_test_card(card, large, large, 1);
    avg_pool_forward(small, card, (struct pool_shape){1, 1, large, large, 4, 4, 0});
    upsample_nearest_forward(nearest, small, 1, 1, side, side, large, large);
    upsample_bilinear_forward(mixed, small, 1, 1, side, side, large, large);
    double_size(half, small, side, equal, 3);
    double_size(uneven, half, 2 * side, equal, 3);
    double_size(half, small, side, bilinear, 4);
    double_size(even, half, 2 * side, bilinear, 4);
    pictures_write(out, "upsampling_small.csv", (struct picture[]){{"small", small}}, 1, side, side);
    pictures_write(
        out, "upsampling.csv",
        (struct picture[]){
            {"original", card}, {"nearest", nearest}, {"bilinear", mixed}, {"uneven", uneven}, {"even", even}},
        5, large, large);

    const struct picture ways[] = {{"nearest", nearest},
                                   {"bilinear", mixed},
                                   {"transposed 3x3, equal weights", uneven},
                                   {"transposed 4x4, bilinear weights", even}};
    printf("\nthe test card, pooled from %dx%d to %dx%d and brought back: mean absolute error\n", large, large, side,
           side);
    for (int w = 0; w < COUNT(ways); w++) {
        double error = 0;
        for (int p = 0; p < n; p++)
            error += (double)(ways[w].pixels[p] > card[p] ? ways[w].pixels[p] - card[p] : card[p] - ways[w].pixels[p]);
        printf("  %-34s %6.4f\n", ways[w].name, error / n);
    }
    show_overlaps();
    free(card);
    free(small);
    free(nearest);
    free(mixed);
    free(half);
    free(uneven);
    free(even);
}
