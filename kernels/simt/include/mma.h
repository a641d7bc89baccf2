// nvcuda::wmma: small matrices that a warp loads, multiplies and stores together (CUDA C++ Programming Guide, "Warp
// Matrix Functions"). Which lane holds which element is not said there; fragments.c tells how it is here.
#pragma once
#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "cuda_runtime.h"

namespace nvcuda {
namespace wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

namespace precision {
struct tf32;
struct u4;
struct s4;
struct b1;
}  // namespace precision

SIMT_INLINE float __float_to_tf32(float x) {  // 10 bits behind the point, to nearest
    unsigned bits = __float_as_uint(x);
    if ((bits & 0x7f800000u) != 0x7f800000u)
        bits = (bits + 0x1000u) & ~0x1fffu;  // ties away from zero: cvt.rna.tf32.f32
    return __uint_as_float(bits);
}

namespace detail {

template <class T>
struct element {  // no type of a fragment
    static constexpr bool factor = false, sum = false;
};
template <>
struct element<half> {
    static constexpr bool factor = true, sum = true;
    static constexpr simt_element code = SIMT_F16;
    typedef half storage;
};
template <>
struct element<__nv_bfloat16> {
    static constexpr bool factor = true, sum = false;
    static constexpr simt_element code = SIMT_BF16;
    typedef __nv_bfloat16 storage;
};
template <>
struct element<precision::tf32> {
    static constexpr bool factor = true, sum = false;
    static constexpr simt_element code = SIMT_TF32;
    typedef float storage;
};
template <>
struct element<signed char> {
    static constexpr bool factor = true, sum = false;
    static constexpr simt_element code = SIMT_S8;
    typedef signed char storage;
};
template <>
struct element<unsigned char> {
    static constexpr bool factor = true, sum = false;
    static constexpr simt_element code = SIMT_U8;
    typedef unsigned char storage;
};
template <>
struct element<float> {
    static constexpr bool factor = false, sum = true;
    static constexpr simt_element code = SIMT_F32;
    typedef float storage;
};
template <>
struct element<int> {
    static constexpr bool factor = false, sum = true;
    static constexpr simt_element code = SIMT_S32;
    typedef int storage;
};

template <class Use, int m, int n, int k, class T>
constexpr bool exists() {
    constexpr bool usual =
        (m == 16 && n == 16 && k == 16) || (m == 32 && n == 8 && k == 16) || (m == 8 && n == 32 && k == 16);
    if (std::is_same<Use, accumulator>::value)
        return element<T>::sum && (usual || (m == 16 && n == 16 && k == 8 && std::is_same<T, float>::value));
    if (std::is_same<T, precision::tf32>::value) return m == 16 && n == 16 && k == 8;
    return element<T>::factor && usual;
}

template <class Layout>
constexpr bool by_columns = std::is_same<Layout, col_major>::value;

}  // namespace detail

template <class Use, int m, int n, int k, class T, class Layout = void>
struct fragment {
    static_assert(
        detail::exists<Use, m, n, k, T>(),
        "the simulator has fragments of half, bfloat16 and 8-bit integers in 16x16x16, 32x8x16 and 8x32x16, of "
        "precision::tf32 in 16x16x8, and sums in float, half and int");
    static_assert(std::is_same<Use, accumulator>::value == std::is_same<Layout, void>::value,
                  "matrix_a and matrix_b need row_major or col_major, an accumulator has none");
    typedef typename detail::element<T>::storage storage_element_type;
    typedef storage_element_type element_type;
    static constexpr int rows = std::is_same<Use, matrix_b>::value ? k : m;
    static constexpr int cols = std::is_same<Use, matrix_a>::value ? k : n;
    static constexpr int num_elements = rows * cols / 32;
    storage_element_type x[num_elements];
};

namespace detail {
template <class Use, int m, int n, int k, class T, class Layout>
SIMT_INLINE simt_fragment shape(const fragment<Use, m, n, k, T, Layout> &f, unsigned ld, bool columns) {
    return {f.rows, f.cols, std::is_same<Use, matrix_b>::value, columns, sizeof f.x[0], ld};
}
}  // namespace detail

template <class Use, int m, int n, int k, class T, class Layout, class V>
SIMT_INLINE void fill_fragment(fragment<Use, m, n, k, T, Layout> &f, const V &value) {
    for (int i = 0; i < f.num_elements; i++) f.x[i] = value;
}

template <class Use, int m, int n, int k, class T, class Layout>
SIMT_INLINE void load_matrix_sync(fragment<Use, m, n, k, T, Layout> &f,
                                  const typename fragment<Use, m, n, k, T, Layout>::element_type *p, unsigned ld) {
    static_assert(!std::is_same<Layout, void>::value, "to load an accumulator, say mem_row_major or mem_col_major");
    simt_fragment shape = detail::shape(f, ld, detail::by_columns<Layout>);
    simt_fragment_load(&shape, f.x, p);
}

template <int m, int n, int k, class T>
SIMT_INLINE void load_matrix_sync(fragment<accumulator, m, n, k, T> &f, const T *p, unsigned ld, layout_t layout) {
    simt_fragment shape = detail::shape(f, ld, layout == mem_col_major);
    simt_fragment_load(&shape, f.x, p);
}

template <int m, int n, int k, class T>
SIMT_INLINE void store_matrix_sync(T *p, const fragment<accumulator, m, n, k, T> &f, unsigned ld, layout_t layout) {
    simt_fragment shape = detail::shape(f, ld, layout == mem_col_major);
    simt_fragment_store(&shape, f.x, p);
}

template <int m, int n, int k, class T, class LayoutA, class LayoutB, class SumD, class SumC>
SIMT_INLINE void mma_sync(fragment<accumulator, m, n, k, SumD> &d, const fragment<matrix_a, m, n, k, T, LayoutA> &a,
                          const fragment<matrix_b, m, n, k, T, LayoutB> &b,
                          const fragment<accumulator, m, n, k, SumC> &c) {
    static_assert(std::is_same<SumD, SumC>::value, "the simulator wants both sums, d and c, in the same type");
    static_assert(
        std::is_same<SumD, int>::value == (detail::element<T>::code == SIMT_S8 || detail::element<T>::code == SIMT_U8),
        "integers are summed in int, other numbers in float or half");
    static_assert(!std::is_same<SumD, half>::value || std::is_same<T, half>::value,
                  "only products of half are summed in half");
    simt_product product = {m, n, k, detail::element<T>::code, detail::element<SumD>::code};
    simt_fragment_mma(&product, d.x, a.x, b.x, c.x);
}

}  // namespace wmma
}  // namespace nvcuda
