#ifndef SIZE_H
#define SIZE_H
#include "tile.cuh"
#define TILE_SIZE 32
#endif
