// Made by kernels/23-cuda-matmul/registers.sh with nvcc 13.0 for sm_90: what each rung takes of a multiprocessor.
#pragma once

static const struct {
    int threads, registers, shared;  // per block, per thread, bytes per block
} rung_size[] = {
    {1024, 32, 0},       // 01_naive
    {1024, 32, 0},       // 02_coalesced
    {1024, 31, 8192},    // 03_shared_tile
    {512, 52, 4096},     // 04_register_1d
    {256, 127, 8192},    // 05_register_2d
    {256, 119, 8320},    // 06_vectorised
    {256, 127, 16384},   // 07_warp_tile
    {256, 255, 98304},   // 08_async
    {256, 255, 98304},   // 09_persistent
};
