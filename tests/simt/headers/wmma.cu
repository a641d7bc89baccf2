// Every shape and type of wmma fragments, against products in double; and that fragments are worked on element by
// element. (sm_80)
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

#include "check.h"
#ifdef __SIMT_SIM__
#include "simt/simt.h"
#endif

using namespace nvcuda;

// T: of a fragment; S: of its elements in memory
template <int M, int N, int K, class T, class S, class Sum, class LayoutA, class LayoutB>
__global__ void multiply(Sum *d, const S *a, const S *b, const Sum *c, int lda, int ldb, int ldc, bool by_columns) {
    wmma::fragment<wmma::matrix_a, M, N, K, T, LayoutA> fa;
    wmma::fragment<wmma::matrix_b, M, N, K, T, LayoutB> fb;
    wmma::fragment<wmma::accumulator, M, N, K, Sum> fc, fd;
    wmma::layout_t layout = by_columns ? wmma::mem_col_major : wmma::mem_row_major;
    wmma::load_matrix_sync(fa, a, lda);
    wmma::load_matrix_sync(fb, b, ldb);
    wmma::load_matrix_sync(fc, c, ldc, layout);
    wmma::fill_fragment(fd, Sum(1));
    wmma::mma_sync(fd, fa, fb, fd);
    for (int i = 0; i < fd.num_elements; i++) fd.x[i] = fd.x[i] + fc.x[i];
    wmma::store_matrix_sync(d, fd, ldc, layout);
}

template <class Layout>
static bool by_columns() {
    return std::is_same<Layout, wmma::col_major>::value;
}

template <int M, int N, int K, class T, class S, class Sum, class LayoutA, class LayoutB>
static void test_layout(bool sum_by_columns) {
    enum { LD = 48 };  // more than a row, and less than two
    static S a[LD * LD], b[LD * LD];
    static Sum c[LD * LD], d[LD * LD];
    for (int i = 0; i < LD * LD; i++) {  // small whole numbers: exact in all types
        a[i] = S(float(i * 7 % 13 % 5));
        b[i] = S(float(i * 11 % 17 % 4));
        c[i] = Sum(float(i * 3 % 7));
    }
    S *da = to_device(a, LD * LD), *db = to_device(b, LD * LD);
    Sum *dc = to_device(c, LD * LD), *dd = to_device<Sum>(nullptr, LD * LD);
    multiply<M, N, K, T, S, Sum, LayoutA, LayoutB><<<1, 32>>>(dd, da, db, dc, LD, LD, LD, sum_by_columns);
#ifdef __SIMT_SIM__
    EXPECT(!simt_checked() || simt_launch(-1)->counters.tensor_flops == 2ull * M * N * K);
#endif
    fetch(d, dd, LD * LD);
    SUCCEED(cudaFree(da));
    SUCCEED(cudaFree(db));
    SUCCEED(cudaFree(dc));
    int wrong = 0;
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++) {
            int at = sum_by_columns ? j * LD + i : i * LD + j;
            double want = 1 + (double)(float)c[at];
            for (int k = 0; k < K; k++)
                want += (double)(float)a[by_columns<LayoutA>() ? k * LD + i : i * LD + k] *
                        (double)(float)b[by_columns<LayoutB>() ? j * LD + k : k * LD + j];
            wrong += (double)(float)d[at] != want;
        }
    if (wrong) failures++, printf("%s: %d elements are wrong\n", __PRETTY_FUNCTION__, wrong);
}

template <int M, int N, int K, class T, class S, class Sum>
static void test() {
    test_layout<M, N, K, T, S, Sum, wmma::row_major, wmma::row_major>(false);
    test_layout<M, N, K, T, S, Sum, wmma::col_major, wmma::row_major>(true);
    test_layout<M, N, K, T, S, Sum, wmma::row_major, wmma::col_major>(true);
    test_layout<M, N, K, T, S, Sum, wmma::col_major, wmma::col_major>(false);
}

template <class T, class Sum>
static void test_shapes() {
    test<16, 16, 16, T, T, Sum>();
    test<32, 8, 16, T, T, Sum>();
    test<8, 32, 16, T, T, Sum>();
}

int main() {
    test_shapes<half, float>();
    test_shapes<half, half>();
    test_shapes<__nv_bfloat16, float>();
    test_shapes<signed char, int>();
    test_shapes<unsigned char, int>();
    test<16, 16, 8, wmma::precision::tf32, float, float>();
    return failures != 0;
}
