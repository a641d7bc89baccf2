// A picture to try filters on: painted in layers, far to near, each with soft edges one pixel wide.
#include <math.h>

#include "datasets/generators.h"

struct colour {
    float r, g, b;
};

static float clamp01(float v) {
    return fminf(fmaxf(v, 0.0f), 1.0f);
}

static struct colour mix(struct colour a, struct colour b, float share_of_b) {
    float t = clamp01(share_of_b);
    return (struct colour){a.r + t * (b.r - a.r), a.g + t * (b.g - a.g), a.b + t * (b.b - a.b)};
}

// Distance from the edge of a rectangle with the given middle and half sizes, below 0 inside.
static float box(float x, float y, float x0, float y0, float half_width, float half_height) {
    return fmaxf(fabsf(x - x0) - half_width, fabsf(y - y0) - half_height);
}

// Share of the pixel that lies inside, from the distance to the edge and the pixel's size.
static float covered(float distance, float pixel) {
    return 0.5f - distance / pixel;
}

// Distance from the nearest of the bars across v that repeat with period and have the given half width.
static float bars(float v, float period, float half_width) {
    return fabsf(v / period - roundf(v / period)) * period - half_width;
}

// Sky that pales towards the horizon, sun with a glow, hills. x and y run from 0 to 1, right and down.
static struct colour paint_background(float x, float y, float pixel) {
    struct colour sky = mix((struct colour){0.16f, 0.38f, 0.72f}, (struct colour){0.80f, 0.90f, 0.96f}, y / 0.62f);
    float from_sun = hypotf(x - 0.80f, y - 0.20f);
    sky = mix(sky, (struct colour){1.0f, 0.93f, 0.70f}, 0.7f * expf(-from_sun * from_sun / 0.02f));
    sky = mix(sky, (struct colour){1.0f, 0.85f, 0.25f}, covered(from_sun - 0.09f, pixel));
    float far_hill = y - 0.56f - 0.06f * sinf(7.0f * x + 0.5f), near_hill = y - 0.63f + 0.05f * sinf(5.0f * x);
    sky = mix(sky, (struct colour){0.45f, 0.60f, 0.62f}, covered(-far_hill, pixel));
    return mix(sky, (struct colour){0.33f, 0.55f, 0.30f}, covered(-near_hill, pixel));
}

// A field whose furrows run towards the point on the horizon where all of them meet, and a fence before it.
static struct colour paint_field(struct colour under, float x, float y, float pixel) {
    float depth = fmaxf(y - 0.66f, 0.01f);
    float furrow = 0.5f + 0.5f * sinf(5.5f * (x - 0.5f) / depth);
    float sharp = clamp01(depth / 0.08f);  // far furrows would be narrower than a pixel
    struct colour soil =
        mix((struct colour){0.42f, 0.52f, 0.20f}, (struct colour){0.62f, 0.66f, 0.30f}, 0.5f + sharp * (furrow - 0.5f));
    struct colour c = mix(under, soil, covered(0.72f - y, pixel));
    float post = fmaxf(bars(x - 0.03f, 0.06f, 0.011f), fabsf(y - 0.90f) - 0.07f);
    float rail = bars(y - 0.87f, 0.07f, 0.008f);
    float rails = fmaxf(rail, fabsf(y - 0.90f) - 0.05f);
    return mix(c, (struct colour){0.93f, 0.91f, 0.86f}, covered(fminf(post, rails), pixel));
}

// Walls of brick, a roof, a chimney, a door and a window of four panes.
static struct colour paint_house(struct colour under, float x, float y, float pixel) {
    struct colour c =
        mix(under, (struct colour){0.45f, 0.22f, 0.18f}, covered(box(x, y, 0.46f, 0.30f, 0.03f, 0.08f), pixel));
    float course = floorf(y / 0.03f);
    float joint_x = bars(x + 0.03f * fmodf(course, 2.0f), 0.06f, 0.003f), joint_y = bars(y, 0.03f, 0.003f);
    struct colour wall = mix((struct colour){0.72f, 0.36f, 0.27f}, (struct colour){0.86f, 0.78f, 0.70f},
                             covered(fminf(joint_x, joint_y), pixel));
    c = mix(c, wall, covered(box(x, y, 0.34f, 0.61f, 0.20f, 0.17f), pixel));
    float roof = fmaxf(0.72f * (fabsf(x - 0.34f) - 0.26f) + 0.72f * (y - 0.44f), y - 0.44f);
    roof = fmaxf(roof, 0.72f * (fabsf(x - 0.34f) + 0.23f - y));
    c = mix(c, (struct colour){0.28f, 0.16f, 0.20f}, covered(roof, pixel));
    c = mix(c, (struct colour){0.20f, 0.30f, 0.24f}, covered(box(x, y, 0.43f, 0.68f, 0.05f, 0.10f), pixel));
    c = mix(c, (struct colour){0.95f, 0.80f, 0.30f}, covered(hypotf(x - 0.46f, y - 0.69f) - 0.010f, pixel));
    c = mix(c, (struct colour){0.97f, 0.97f, 0.94f}, covered(box(x, y, 0.25f, 0.59f, 0.07f, 0.07f), pixel));
    float panes = fmaxf(box(x, y, 0.25f, 0.59f, 0.06f, 0.06f), -fminf(fabsf(x - 0.25f), fabsf(y - 0.59f)) + 0.006f);
    return mix(c, (struct colour){0.20f, 0.28f, 0.40f}, covered(panes, pixel));
}

void image_test_card(float *pixels, int height, int width, int channels) {
    if (channels != 1 && channels != 3) die("image_test_card: 1 or 3 channels can be drawn, not %d", channels);
    float pixel = 1.0f / (float)(height < width ? height : width);
    size_t plane = (size_t)height * (size_t)width;
    for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
            float x = ((float)j + 0.5f) / (float)width, y = ((float)i + 0.5f) / (float)height;
            struct colour c = paint_background(x, y, pixel);
            c = paint_house(c, x, y, pixel);
            c = paint_field(c, x, y, pixel);
            float *at = pixels + (size_t)i * (size_t)width + (size_t)j;
            if (channels == 1) {
                at[0] = clamp01(0.299f * c.r + 0.587f * c.g + 0.114f * c.b);
            } else {
                at[0] = c.r;
                at[plane] = c.g;
                at[2 * plane] = c.b;
            }
        }
    }
}
