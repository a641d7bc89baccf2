// Classical filters: convolutions whose weights somebody chose instead of learning them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "02-convolution/demo.h"
#include "common/common.h"
#include "datasets/fashion_mnist.h"
#include "datasets/generators.h"

enum { FILTERS = 6, SOBEL_X = 3, SOBEL_Y = 4 };
static const char *const filter_names[FILTERS] = {"blur", "sharpen", "emboss", "sobel_x", "sobel_y", "laplacian"};
static const float filters[FILTERS][9] = {
    {1 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 4 / 16.f, 2 / 16.f, 1 / 16.f, 2 / 16.f, 1 / 16.f},
    {0, -1, 0, -1, 5, -1, 0, -1, 0},
    {-2, -1, 0, -1, 1, 1, 0, 1, 2},
    {-1, 0, 1, -2, 0, 2, -1, 0, 1},
    {-1, -2, -1, 0, 0, 0, 1, 2, 1},
    {0, 1, 0, 1, -4, 1, 0, 1, 0},
};

// A convolution of one channel with O kernels 3x3 that keeps the size.
static struct conv_shape same_size(int O, int height, int width) {
    return (struct conv_shape){
        .B = 1, .C = 1, .H = height, .W = width, .O = O, .KH = 3, .KW = 3, .stride = 1, .padding = 1, .dilation = 1};
}

static float sum_of(const float *values, int n) {
    float sum = 0;
    for (int k = 0; k < n; k++) sum += values[k];
    return sum;
}

void demo_filters(const char *out, int size) {
    int n = size * size;
    float *card = alloc_floats((size_t)n), *maps = alloc_floats((size_t)FILTERS * n),
          *blurred = alloc_floats((size_t)n);
    float *strength = alloc_floats((size_t)n);
    image_test_card(card, size, size, 1);
    conv2d_forward(maps, card, &filters[0][0], NULL, same_size(FILTERS, size, size));
    float *blur = maps;
    for (int times = 1; times < 4; times++) {  // one 3x3 blur hardly shows; four reach as far as one of 9x9
        conv2d_forward(blurred, blur, filters[0], NULL, same_size(1, size, size));
        memcpy(blur, blurred, sizeof(float) * (size_t)n);
    }
    for (int p = 0; p < n; p++) strength[p] = hypotf(maps[SOBEL_X * n + p], maps[SOBEL_Y * n + p]);

    struct picture pictures[FILTERS + 2] = {{"original", card}, {"strength", strength}};
    printf("filters on the test card, %d x %d\n  %-10s %15s %8s %8s\n", size, size, "filter", "sum of weights",
           "lowest", "highest");
    float low, high;
    value_range(&low, &high, card, n);
    printf("  %-10s %15s %8.2f %8.2f\n", "(original)", "", (double)low, (double)high);
    for (int f = 0; f < FILTERS; f++) {
        pictures[f + 2] = (struct picture){filter_names[f], maps + (size_t)f * n};
        value_range(&low, &high, maps + (size_t)f * n, n);
        printf("  %-10s %15.0f %8.2f %8.2f\n", filter_names[f], (double)sum_of(filters[f], 9), (double)low,
               (double)high);
    }
    pictures_write(out, "filters.csv", pictures, FILTERS + 2, size, size);
    free(card);
    free(maps);
    free(blurred);
    free(strength);
}

enum { CLOTHES = 3 };

// The first picture of the class.
static const float *first_of(const struct images *im, int class) {
    for (int k = 0; k < im->n; k++)
        if (im->labels[k] == class) return im->pixels + (size_t)k * im->height * im->width;
    die("the test images hold none of class %d (%s); run make datasets", class, fashion_mnist_names[class]);
}

void demo_clothes(const char *out) {
    static const int classes[CLOTHES] = {9, 0, 8};
    struct images test;
    fashion_mnist_load(NULL, &test);
    int H = test.height, W = test.width, n = H * W;
    struct pool_shape pool = {.B = CLOTHES, .C = 1, .H = H, .W = W, .kernel = 2, .stride = 2};
    int pooled = pool_out_height(pool) * pool_out_width(pool);
    float *x = alloc_floats((size_t)CLOTHES * n), *maps = alloc_floats((size_t)CLOTHES * 2 * n);
    float *largest = alloc_floats((size_t)CLOTHES * pooled), *means = alloc_floats((size_t)CLOTHES * pooled);
    float *back = alloc_floats((size_t)CLOTHES * n);
    int *argmax = alloc_zeroed((size_t)CLOTHES * pooled, sizeof *argmax);
    for (int k = 0; k < CLOTHES; k++) memcpy(x + k * n, first_of(&test, classes[k]), sizeof(float) * (size_t)n);

    struct conv_shape s = same_size(2, H, W);
    s.B = CLOTHES;
    conv2d_forward(maps, x, filters[SOBEL_X], NULL, s);  // sobel_x and sobel_y lie side by side
    max_pool_forward(largest, argmax, x, pool);
    avg_pool_forward(means, x, pool);
    max_unpool_forward(back, largest, argmax, pool);

    static const char *const names[] = {"a", "b", "c"};
    char labels[CLOTHES][6][16];
    struct picture large[4 * CLOTHES], small[2 * CLOTHES];
    printf("\nFashion-MNIST, pooled 2x2 from %dx%d to %dx%d\n  %-12s %10s %10s %10s %22s\n", H, W,
           pool_out_height(pool), pool_out_width(pool), "picture", "mean", "max pool", "avg pool",
           "unpooled, share right");
    for (int k = 0; k < CLOTHES; k++) {
        static const char *const kinds[6] = {"image", "sobel_x", "sobel_y", "unpooled", "max", "avg"};
        for (int c = 0; c < 6; c++) snprintf(labels[k][c], sizeof labels[k][c], "%s_%s", names[k], kinds[c]);
        large[4 * k] = (struct picture){labels[k][0], x + k * n};
        large[4 * k + 1] = (struct picture){labels[k][1], maps + (2 * k) * n};
        large[4 * k + 2] = (struct picture){labels[k][2], maps + (2 * k + 1) * n};
        large[4 * k + 3] = (struct picture){labels[k][3], back + k * n};
        small[2 * k] = (struct picture){labels[k][4], largest + k * pooled};
        small[2 * k + 1] = (struct picture){labels[k][5], means + k * pooled};
        int right = 0;
        for (int p = 0; p < n; p++) right += back[k * n + p] == x[k * n + p];
        printf("  %-12s %10.3f %10.3f %10.3f %21.0f%%\n", fashion_mnist_names[classes[k]],
               (double)sum_of(x + k * n, n) / n, (double)sum_of(largest + k * pooled, pooled) / pooled,
               (double)sum_of(means + k * pooled, pooled) / pooled, 100.0 * right / n);
    }
    pictures_write(out, "clothes.csv", large, 4 * CLOTHES, H, W);
    pictures_write(out, "clothes_pooled.csv", small, 2 * CLOTHES, pool_out_height(pool), pool_out_width(pool));
    free(x);
    free(maps);
    free(largest);
    free(means);
    free(back);
    free(argmax);
    images_free(&test);
}
