// What the parts of the chapter's demonstration share.
#pragma once
#include <stddef.h>
#include <stdint.h>

// ---- demo.c ---------------------------------------------------------------------------------------------------------
void must(int error, const char *what);  // a cudaError_t: ends the program, in words, unless it is cudaSuccess
double from_bf16(uint16_t bits);
uint16_t to_bf16(float x);                          // to the nearest, ties to even
void *device_copy(const void *host, size_t bytes);  // of new device memory
// In the sense of squares: |got - want| / |want|; infinite if a number is none
double relative_error(const double *got, const double *want, int n);

// ---- sides.c --------------------------------------------------------------------------------------------------------
void show_sides(int seed);  // the side rungs: other numbers than bfloat16, and fewer of them
