// Tests of transpose.cu.
#include "22-cuda-basics/definitions.h"

typedef void transpose_function(float *out, const float *in, int rows, int columns);

static void grade_matrix(const char *name, transpose_function *transpose, const float *in, int rows, int columns) {
    int n = rows * columns;
    double *want = grade_doubles(n), *copied = grade_doubles(n), *tiles = grade_doubles(n);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            want[j * rows + i] = (double)in[i * columns + j];
            copied[i * columns + j] = (double)in[i * columns + j];
        }
    for (int j = 0; j < columns; j++)  // each tile is at its new place, but was not turned
        for (int i = 0; i < rows; i++) {
            int row = i / 32 * 32 + j % 32, column = j / 32 * 32 + i % 32;
            tiles[j * rows + i] = row < rows && column < columns ? (double)in[row * columns + column] : 0;
        }
    float *out = gpu_output(n);
    transpose(out, gpu_copy(in, n), rows, columns);
    char what[80];
    snprintf(what, sizeof what, "%s, %d rows, %d columns: out", name, rows, columns);
    float *got = fetched(name, out, n);
    if (rows > 1 && columns > 1) suspect("out is a copy of in", copied);
    suspect("the tiles change places, but inside a tile rows are still rows", tiles);
    grade_array(what, got, want, AXES("ji", columns, rows), 0);
}

static void grade_one(const char *name, transpose_function *transpose, int rows, int columns) {
    grade_matrix(name, transpose, grade_floats(rows * columns), rows, columns);
}

static void grade_transpose(const char *name, transpose_function *transpose) {
    grade_matrix(name, transpose, one_to(6), 2, 3);  // section 22.8
    grade_one(name, transpose, 64, 96);
    grade_one(name, transpose, grade_int(33, 63), grade_int(65, 95));
    grade_one(name, transpose, 5, grade_int(70, 90));
    grade_one(name, transpose, grade_int(100, 120), 3);
    grade_one(name, transpose, 33, 31);
    grade_one(name, transpose, 1, 1);
}

EXERCISE(transpose_tiled, .number = "22.14", .points = 4) {
    grade_transpose("transpose_tiled", transpose_tiled);
}

EXERCISE(transpose_tiled_coalesced, .number = "22.14", .points = 3, .needs = "transpose_tiled") {
    grade_one("transpose_tiled", transpose_tiled, 96, 128);
    gpu_coalesced("transpose_tiled", 1.05);
    lanes_together("transpose_tiled");
    double reads = reads_per_element(96 * 128);
    grade_true(reads <= 1.01, "transpose_tiled reads each element %.1f times; once is enough", reads);
}

EXERCISE(transpose_padded, .number = "22.15", .points = 3, .needs = "transpose_tiled") {
    grade_transpose("transpose_padded", transpose_padded);
    gpu_forget();
    grade_one("transpose_padded", transpose_padded, 96, 128);
    gpu_conflict_free("transpose_padded", 1.02);
    gpu_coalesced("transpose_padded", 1.05);
    lanes_together("transpose_padded");
}
