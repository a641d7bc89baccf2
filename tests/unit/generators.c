// Data made by code: repeatable, and distributed as the header says.
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "datasets/generators.h"

static struct rng seeded(uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 5);
    return r;
}

static double mean(const float *v, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += (double)v[i];
    return sum / n;
}

Test(generators, line_has_its_slope_and_noise) {
    enum { N = 40000 };
    float *x = alloc_floats(N), *y = alloc_floats(N);
    struct rng r = seeded(1);
    make_line(x, y, N, 2.5f, -0.75f, 0.3f, &r);
    double spread = 0, off = 0, off2 = 0;
    for (int i = 0; i < N; i++) {
        cr_assert(x[i] >= -1 && x[i] < 1);
        double error = (double)y[i] - (2.5 * (double)x[i] - 0.75);
        spread += (double)x[i] * (double)x[i] / N;
        off += error / N;
        off2 += error * error / N;
    }
    // Five standard errors each: of a mean, 5 sd / sqrt(N).
    cr_assert(fabs(mean(x, N)) < 5 * 0.577 / sqrt(N) && fabs(spread - 1.0 / 3) < 5 * 0.298 / sqrt(N));
    cr_assert(fabs(off) < 5 * 0.3 / sqrt(N), "mean noise %g", off);
    cr_assert(fabs(off2 - 0.09) < 5 * 0.09 * sqrt(2.0 / N), "its variance %g", off2);
    free(x);
    free(y);
}

Test(generators, moons_lie_on_their_circles) {
    enum { N = 1001 };
    float xy[2 * N];
    int labels[N];
    struct rng r = seeded(2);
    make_moons(xy, labels, N, 0, &r);
    float left[2] = {9, 9}, right[2] = {-9, -9};
    for (int i = 0; i < N; i++) {
        float x = xy[2 * i] - (float)labels[i], y = xy[2 * i + 1] - 0.5f * (float)labels[i];
        cr_assert(labels[i] == i % 2);
        cr_assert(fabsf(hypotf(x, y) - 1) < 1e-5f && (labels[i] ? y < 1e-5f : y > -1e-5f), "point %d", i);
        left[labels[i]] = fminf(left[labels[i]], x);
        right[labels[i]] = fmaxf(right[labels[i]], x);
    }
    for (int k = 0; k < 2; k++) cr_assert(left[k] < -0.99f && right[k] > 0.99f, "moon %d is not whole", k);
}

Test(generators, moons_noise) {
    enum { N = 20000 };
    float *clean = alloc_floats(2 * N), *noisy = alloc_floats(2 * N);
    int *labels = alloc_zeroed(N, sizeof *labels);
    struct rng r = seeded(3), same = seeded(3);
    make_moons(clean, labels, N, 0, &r);
    make_moons(noisy, labels, N, 0.2f, &same);
    double variance = 0;
    for (int i = 0; i < 2 * N; i++) variance += pow((double)noisy[i] - (double)clean[i], 2) / (2 * N);
    cr_assert(fabs(variance - 0.04) < 5 * 0.04 * sqrt(2.0 / (2 * N)), "%g", variance);
    free(clean);
    free(noisy);
    free(labels);
}

// Mean square step between a pixel and its neighbour below (down) or to the right.
static double roughness(const float *picture, int size, bool down) {
    double sum = 0;
    for (int y = 0; y + 1 < size; y++)
        for (int x = 0; x + 1 < size; x++)
            sum += pow((double)picture[y * size + x] - (double)picture[(y + down) * size + x + !down], 2);
    return sum / ((size - 1) * (size - 1));
}

Test(generators, shapes_look_like_their_labels) {
    enum { N = 3000, S = 20 };
    float *pixels = alloc_floats(N * S * S);
    int *labels = alloc_zeroed(N, sizeof *labels), count[SHAPES] = {0};
    struct rng r = seeded(4);
    make_shapes(pixels, labels, N, S, &r);
    double bright[SHAPES] = {0};
    for (int i = 0; i < N; i++) {
        const float *picture = pixels + i * S * S;
        cr_assert(labels[i] >= 0 && labels[i] < SHAPES);
        count[labels[i]]++;
        bright[labels[i]] += mean(picture, S * S);
        for (int p = 0; p < S * S; p++) cr_assert(picture[p] >= 0 && picture[p] <= 1);
        double ratio = roughness(picture, S, true) / roughness(picture, S, false);
        bool striped = labels[i] >= 4;
        cr_assert(striped ? (labels[i] == 4 ? ratio > 2.5 : ratio < 1 / 2.5) : ratio > 1 / 2.5 && ratio < 2.5,
                  "picture %d, a %s: %g times rougher downwards than across", i, shape_names[labels[i]], ratio);
    }
    for (int k = 0; k < SHAPES; k++) cr_assert(abs(count[k] - N / SHAPES) < 5 * 21, "%d of class %d", count[k], k);
    cr_assert(bright[0] / count[0] > bright[1] / count[1], "a ring covers less than a disc");
    cr_assert(bright[2] / count[2] > bright[3] / count[3], "a cross covers less than a square");
    free(pixels);
    free(labels);
}

Test(generators, shapes_too_small, .exit_code = 1) {
    float pixels[7 * 7];
    int label;
    struct rng r = seeded(1);
    make_shapes(pixels, &label, 1, 7, &r);
}

Test(generators, same_seed_same_bits) {
    enum { N = 50, S = 9, ALL = N + N + 2 * N + N * S * S };
    float *data[3];
    int labels[3][2 * N];
    for (int run = 0; run < 3; run++) {
        struct rng r = seeded(run < 2 ? 7 : 8);
        float *at = data[run] = alloc_floats(ALL);
        make_line(at, at + N, N, 1, 2, 0.1f, &r);
        make_moons(at + 2 * N, labels[run], N, 0.1f, &r);
        make_shapes(at + 4 * N, labels[run] + N, N, S, &r);
    }
    cr_assert(memcmp(data[0], data[1], ALL * sizeof(float)) == 0 &&
              memcmp(labels[0], labels[1], sizeof labels[0]) == 0);
    cr_assert(memcmp(data[0], data[2], ALL * sizeof(float)) != 0);
    for (int run = 0; run < 3; run++) free(data[run]);
}

Test(generators, test_card) {
    enum { H = 60, W = 90 };
    float *card = alloc_floats(3 * H * W), *again = alloc_floats(3 * H * W), *grey = alloc_floats(H * W);
    image_test_card(card, H, W, 3);
    image_test_card(again, H, W, 3);
    image_test_card(grey, H, W, 1);
    cr_assert(memcmp(card, again, 3 * H * W * sizeof *card) == 0);
    float least = 1, most = 0;
    for (int p = 0; p < H * W; p++) {
        for (int c = 0; c < 3; c++) cr_assert(card[c * H * W + p] >= 0 && card[c * H * W + p] <= 1);
        float luminance = 0.299f * card[p] + 0.587f * card[H * W + p] + 0.114f * card[2 * H * W + p];
        cr_assert(fabsf(grey[p] - luminance) < 1e-6f);
        least = fminf(least, grey[p]);
        most = fmaxf(most, grey[p]);
    }
    cr_assert(least < 0.25f && most > 0.85f, "from %g to %g", (double)least, (double)most);
    cr_assert(card[2 * H * W] > 2 * card[0], "the sky is blue");
    int sun = H / 5 * W + W * 4 / 5;
    cr_assert(card[sun] > 0.9f && card[2 * H * W + sun] < 0.4f, "the sun is yellow");
    free(card);
    free(again);
    free(grey);
}
