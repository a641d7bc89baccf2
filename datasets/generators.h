// Data made by code. Same generator state, same data.
#pragma once
#include "common/common.h"

// A noisy line. x (n) is uniform in [-1,1); y (n) = w x + b + noise * N(0,1).
void make_line(float *x, float *y, int n, float w, float b, float noise, struct rng *r);

// Two half circles of radius 1 that reach into each other: no straight line parts them. xy (n, 2); labels (n) are 0 for
// the upper moon, around (0, 0), and 1 for the lower one, around (1, 0.5). Every coordinate gets noise * N(0,1) added.
// Labels alternate, so both halves of any split are balanced.
void make_moons(float *xy, int *labels, int n, float noise, struct rng *r);

// Small grey pictures of six shapes, with random place, size and brightness on a dark, slightly noisy ground.
// pixels (n, size, size) in [0,1]; labels (n) in 0..SHAPES-1, drawn at random. size >= 8.
enum { SHAPES = 6 };
extern const char *const shape_names[SHAPES];  // disc, ring, square, cross, horizontal stripes, vertical stripes
void make_shapes(float *pixels, int *labels, int n, int size, struct rng *r);

// A picture to try filters on: a house with door, window and roof under a sun, a fence and a striped field, so that it
// has edges in every direction, fine texture, smooth gradients and flat areas. pixels (channels, height, width) in
// [0,1]. channels is 3 (red, green, blue) or 1 (their luminance). The same at every call; drawn to fit height and
// width.
void image_test_card(float *pixels, int height, int width, int channels);
