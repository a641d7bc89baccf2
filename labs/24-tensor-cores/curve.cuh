// The order of tiles of rungs 21 to 23: Hilbert's curve, whose story rung 21 tells.
#pragma once
#include "24-tensor-cores/pairs.cuh"

// How much of side numbers from `from` on is below `end`.
__host__ __device__ static inline int overlap(int from, int side, int end) {
    return from >= end ? 0 : from + side > end ? end - from : side;
}

// Tile number d of those within rows x columns, along the curve through a square of 2^order x 2^order tiles; there is one.
__host__ __device__ static inline place on_curve(int order, int d, int rows, int columns) {
    place corner = {0, 0};                  // of the square in which the tile is
    bool turned = false, mirrored = false;  // how that square's curve lies: rows for columns; from the far corner on
    for (int side = 1 << order >> 1; side > 0; side /= 2)
        for (int quarter = 0; quarter < 4; quarter++) {
            bool across = quarter == 1 || quarter == 2, along = quarter >= 2;       // 0 3
            bool lower = turned ? along : across, right = turned ? across : along;  // 1 2
            place at = {corner.row + (lower != mirrored) * side, corner.column + (right != mirrored) * side};
            int tiles = overlap(at.row, side, rows) * overlap(at.column, side, columns);
            if (d >= tiles) {
                d -= tiles;
                continue;
            }
            corner = at;
            turned ^= quarter == 0 || quarter == 3;
            mirrored ^= quarter == 3;
            break;
        }
    return corner;
}

// Pairs of tiles, and the order of the curve that goes through them all.
struct curved_work : work {
    int order;
};

static inline curved_work curved(work w) {
    curved_work c = {w, 0};
    while (1 << c.order < w.rows || 1 << c.order < w.columns) c.order++;
    return c;
}
