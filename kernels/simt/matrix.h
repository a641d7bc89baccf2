// What matrix.c and fragments.c share.
#pragma once
#include "simt/runtime.h"

// A finding if not all 32 lanes came.
void matrix_check_lanes(const char *name, unsigned lanes, uint32_t pc);
// Where element i of a lane's fragment stands in its matrix of so many rows.
void fragment_place(int rows, bool turned, int lane, int i, int *row, int *column);
