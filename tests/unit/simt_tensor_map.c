// What cuTensorMapEncodeTiled takes, what it refuses, and in which words; and how programs find it.
#include "unit/simt_tensor_map.h"

static void setup(void) {
    __tsan_init();
    cudaMalloc((void **)&x, N * sizeof *x);
    cudaMalloc((void **)&y, N * sizeof *y);
    cudaMalloc((void **)&counter, sizeof *counter);
    clear_all();
}
TestSuite(simt_tensor_map, .init = setup, .timeout = 20);

static void check_refused(const struct call *c, CUresult error, enum simt_kind kind, const char *words) {
    simt_forget();
    cr_assert_eq(encode(c), error, "%s", words);
    cr_assert_eq(simt_finding_count(), 1);
    check_found(kind, words);
    cr_assert(strstr(simt_finding(0)->place.file, "simt_tensor_map.h"), "%s", simt_finding(0)->place.file);
}

#define REFUSED(change, words)                                        \
    do {                                                              \
        struct call c = usual();                                      \
        change;                                                       \
        check_refused(&c, CUDA_ERROR_INVALID_VALUE, SIMT_TMA, words); \
    } while (0)
#define UNSUPPORTED(change, words)                                            \
    do {                                                                      \
        struct call c = usual();                                              \
        change;                                                               \
        check_refused(&c, CUDA_ERROR_NOT_SUPPORTED, SIMT_UNSUPPORTED, words); \
    } while (0)

Test(simt_tensor_map, wrong_maps_are_refused_with_the_numbers) {
    REFUSED(c.type = (CUtensorMapDataType)99, "no data type 99");
    REFUSED(c.rank = 0, "0 dimensions");
    REFUSED(c.rank = 6, "6 dimensions: 1 to 5");
    REFUSED(c.start += 8, "no multiple of 16: offset 8 of x, the 4000-byte cudaMalloc");
    REFUSED(c.sizes[1] = 0, "dimension 1 has 0 elements");
    REFUSED(c.sizes[0] = (1ull << 32) + 1, "dimension 0 has 4294967297 elements");
    REFUSED(c.strides[0] = 168, "dimension 1 goes in steps of 168 bytes");
    REFUSED(c.strides[0] = 1ull << 40, "below 2^40");
    REFUSED(c.strides[0] = COLUMNS / 16 * 16, "a row of 40 elements has 160 bytes, but the next one begins 32 bytes");
    REFUSED(c.box[1] = 0, "the box has 0 elements in dimension 1");
    REFUSED(c.box[1] = 257, "the box has 257 elements in dimension 1: 1 to 256");
    REFUSED((c.box[0] = 3, c.swizzle = CU_TENSOR_MAP_SWIZZLE_NONE), "have 12 bytes (3 elements of 4 bytes)");
    REFUSED(c.box[0] = 64, "have 256 bytes (64 elements of 4 bytes), but the swizzle's span is 128");
    REFUSED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_64B, "span is 64");
    REFUSED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_32B, "span is 32");
    REFUSED(c.steps[1] = 0, "the element stride of dimension 1 is 0");
    REFUSED(c.steps[1] = 9, "is 9: 1 to 8");
    REFUSED(c.swizzle = (CUtensorMapSwizzle)7, "no swizzle 7");
}

Test(simt_tensor_map, what_is_not_simulated_is_said) {
    UNSUPPORTED(c.type = CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN8B, "elements of 4 or 6 bits");
    UNSUPPORTED(c.swizzle = CU_TENSOR_MAP_SWIZZLE_128B_ATOM_32B, "larger pieces");
    UNSUPPORTED(c.box[0] = 16, "shorter than the span");
    UNSUPPORTED(c.interleave = CU_TENSOR_MAP_INTERLEAVE_16B, "interleaved");
    UNSUPPORTED(c.fill = CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA, "NaNs");
}

Test(simt_tensor_map, right_maps_are_taken) {
    struct call c = usual();
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c.steps[0] = 0;  // does not count
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.rank = 5;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.rank = 1;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.sizes[1] = 1, c.strides[0] = 0;
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    c = usual(), c.sizes[0] = 64, c.rank = 3, c.strides[0] = 512, c.strides[1] = 128;  // wide rows, as columns of tiles
    cr_assert_eq(encode(&c), CUDA_SUCCESS);
    check_none("right maps");
}

Test(simt_tensor_map, the_driver_is_found_by_name) {
    void *function = NULL;
    enum cudaDriverEntryPointQueryResult found;
    const char *name = "cuTensorMapEncodeTiled", *text;
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 12000, cudaEnableDefault, &found), cudaSuccess);
    cr_assert_eq(function, (void *)cuTensorMapEncodeTiled);
    cr_assert_eq(found, cudaDriverEntryPointSuccess);
    cr_assert_eq(cudaGetDriverEntryPoint(name, &function, cudaEnableDefault, NULL), cudaSuccess);
    cr_assert_eq(function, (void *)cuTensorMapEncodeTiled);
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 11080, cudaEnableDefault, &found), cudaSuccess);
    cr_assert_null(function);
    cr_assert_eq(found, cudaDriverEntryPointVersionNotSufficent);
    cr_assert_eq(cudaGetDriverEntryPointByVersion("cuNothing", &function, 12000, 0, &found), cudaSuccess);
    cr_assert_null(function);
    cr_assert_eq(found, cudaDriverEntryPointSymbolNotFound);
    cr_assert_eq(cudaGetDriverEntryPointByVersion(name, &function, 99000, 0, NULL), cudaErrorInvalidValue);
    cr_assert_eq(cuGetErrorName(CUDA_ERROR_INVALID_VALUE, &text), CUDA_SUCCESS);
    cr_assert_str_eq(text, "CUDA_ERROR_INVALID_VALUE");
    cr_assert_eq(cuGetErrorString(CUDA_ERROR_INVALID_VALUE, &text), CUDA_SUCCESS);
    cr_assert_str_eq(text, "invalid argument");
    cr_assert_eq(cuGetErrorString((CUresult)12345, &text), CUDA_ERROR_INVALID_VALUE);
    cr_assert_null(text);
}
