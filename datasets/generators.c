// A noisy line, two moons, pictures of shapes.
#include "datasets/generators.h"

#include <math.h>

static const float pi = 3.14159265f;

void make_line(float *x, float *y, int n, float w, float b, float noise, struct rng *r) {
    for (int i = 0; i < n; i++) {
        x[i] = 2.0f * rng_uniform(r) - 1.0f;
        y[i] = w * x[i] + b + noise * rng_normal(r);
    }
}

void make_moons(float *xy, int *labels, int n, float noise, struct rng *r) {
    for (int i = 0; i < n; i++) {
        float angle = pi * rng_uniform(r);
        labels[i] = i % 2;
        float x = labels[i] == 0 ? cosf(angle) : 1.0f - cosf(angle);
        float y = labels[i] == 0 ? sinf(angle) : 0.5f - sinf(angle);
        xy[2 * i] = x + noise * rng_normal(r);
        xy[2 * i + 1] = y + noise * rng_normal(r);
    }
}

const char *const shape_names[SHAPES] = {"disc", "ring", "square", "cross", "horizontal stripes", "vertical stripes"};

// Distance from the nearest of the stripes across v, half as wide as their period.
static float stripe_distance(float v, float period) {
    float from_middle = fabsf(v / period - roundf(v / period)) * period;
    return from_middle - period / 4;
}

// Distance from the edge of a shape of radius r around (0, 0) to the point (x, y): below 0 inside, above 0 outside.
static float shape_distance(int shape, float x, float y, float r) {
    float from_middle = hypotf(x, y);
    float square = fmaxf(fabsf(x), fabsf(y));
    switch (shape) {
        case 0:
            return from_middle - r;
        case 1:
            return fabsf(from_middle - 0.75f * r) - 0.25f * r;
        case 2:
            return square - 0.85f * r;
        case 3:
            return fmaxf(square - r, fminf(fabsf(x), fabsf(y)) - 0.25f * r);
        case 4:
            return fmaxf(square - r, stripe_distance(y, 0.8f * r));
        default:
            return fmaxf(square - r, stripe_distance(x, 0.8f * r));
    }
}

static float clamp01(float v) {
    return fminf(fmaxf(v, 0.0f), 1.0f);
}

void make_shapes(float *pixels, int *labels, int n, int size, struct rng *r) {
    if (size < 8) die("make_shapes: size %d is too small to tell the shapes apart; 8 is the least", size);
    for (int i = 0; i < n; i++) {
        labels[i] = rng_below(r, SHAPES);
        float side = (float)size;
        float radius = side * (0.26f + 0.1f * rng_uniform(r));
        float x0 = side * (0.4f + 0.2f * rng_uniform(r)), y0 = side * (0.4f + 0.2f * rng_uniform(r));
        float brightness = 0.6f + 0.4f * rng_uniform(r);
        float *picture = pixels + (size_t)i * (size_t)size * (size_t)size;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                float distance = shape_distance(labels[i], (float)x + 0.5f - x0, (float)y + 0.5f - y0, radius);
                float covered = clamp01(0.5f - distance);  // of the pixel, by the shape: soft edges
                float ground = 0.1f + 0.03f * rng_normal(r);
                picture[y * size + x] = clamp01(ground + covered * (brightness - ground));
            }
        }
    }
}
