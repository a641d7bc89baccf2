// Given: the parts of main.c. Each prints a short table and writes what its figures show to the folder `out`.
#pragma once
#include "02-convolution/conv.h"

void demo_filters(const char *out, int size);     // demo_filters.c: classical filters on a drawn picture
void demo_clothes(const char *out);               // demo_filters.c: filters and poolings on Fashion-MNIST
void demo_upsampling(const char *out, int size);  // demo_upsampling.c: four ways up, and checkerboards
void demo_fields(const char *out);                // demo_fields.c: receptive fields, calculated and counted
void demo_agreement(const char *out, int seed);   // demo_agreement.c: direct against im2col
void demo_adjoint(int seed);                      // demo_agreement.c: <Ax,y> = <x,A'y>

// pictures.c: what the figures are drawn from.
struct picture {
    const char *name;
    float *pixels;  // (height, width)
};
// Writes pictures of one size to out/name: a row "x,y,.." for every pixel, a column for every picture.
void pictures_write(const char *out, const char *name, const struct picture *pictures, int n, int height, int width);

// The lowest and the highest of n values.
void value_range(float *low, float *high, const float *values, int n);
