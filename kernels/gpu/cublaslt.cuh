// A product by cuBLASLt, the bar for the rungs of chapter 24: every algorithm that its heuristic proposes can be run, so that the
// fastest can be kept.
#pragma once
#include <cublasLt.h>
#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <vector>

#include "gpu/tensor_ladder.cuh"

static inline void cublaslt_check(cublasStatus_t status, const char *what) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    fprintf(stderr, "error: cuBLASLt: %s: %s\n", what, cublasLtGetStatusString(status));
    exit(1);
}

// Which numbers come in, which come out, and how they are summed.
struct number_kinds {
    cudaDataType_t in, out;
    cublasComputeType_t sum;
};

class cublaslt_product {
   public:
    // Read column by column, C is its transpose, C^T (N,M) = B^T (N,K) A^T (K,M), and so are the operands.
    cublaslt_product(int M, int N, int K, form stored, number_kinds kinds) : kinds_(kinds) {
        cudaDataType_t scale = kinds.sum == CUBLAS_COMPUTE_32I ? CUDA_R_32I : CUDA_R_32F;
        cublasOperation_t b = stored == NT ? CUBLAS_OP_T : CUBLAS_OP_N, a = stored == TN ? CUBLAS_OP_T : CUBLAS_OP_N;
        cublaslt_check(cublasLtCreate(&handle_), "create");
        cublaslt_check(cublasLtMatmulDescCreate(&product_, kinds.sum, scale), "a product");
        cublaslt_check(cublasLtMatmulDescSetAttribute(product_, CUBLASLT_MATMUL_DESC_TRANSA, &b, sizeof b), "B's form");
        cublaslt_check(cublasLtMatmulDescSetAttribute(product_, CUBLASLT_MATMUL_DESC_TRANSB, &a, sizeof a), "A's form");
        layout(&b_, kinds.in, stored == NT ? K : N, stored == NT ? N : K);
        layout(&a_, kinds.in, stored == TN ? M : K, stored == TN ? K : M);
        layout(&c_, kinds.out, N, M);
        CUDA_CHECK(cudaMalloc(&workspace_, WORKSPACE));
        find_algorithms();
    }
    ~cublaslt_product() {
        for (cublasLtMatrixLayout_t x : {a_, b_, c_}) cublasLtMatrixLayoutDestroy(x);
        cublasLtMatmulDescDestroy(product_);
        cublasLtDestroy(handle_);
        cudaFree(workspace_);
    }
    cublaslt_product(const cublaslt_product &) = delete;
    cublaslt_product &operator=(const cublaslt_product &) = delete;

    size_t algorithms() const { return found_.size(); }
    void keep(size_t algorithm) { kept_ = algorithm; }
    void run(void *C, const void *A, const void *B) const { run(C, A, B, kept_); }
    void run(void *C, const void *A, const void *B, size_t algorithm) const {
        const float one = 1, zero = 0;
        const int32_t whole_one = 1, whole_zero = 0;
        bool whole = kinds_.sum == CUBLAS_COMPUTE_32I;
        const void *alpha = whole ? (const void *)&whole_one : &one, *beta = whole ? (const void *)&whole_zero : &zero;
        cublaslt_check(cublasLtMatmul(handle_, product_, alpha, B, b_, A, a_, beta, C, c_, C, c_,
                                      &found_[algorithm].algo, workspace_, WORKSPACE, nullptr),
                       "the product");
    }

   private:
    static constexpr size_t WORKSPACE = 64 << 20;
    static constexpr int MOST = 64;

    static void layout(cublasLtMatrixLayout_t *x, cudaDataType_t type, int rows, int columns) {
        cublaslt_check(cublasLtMatrixLayoutCreate(x, type, rows, columns, rows), "a layout");
    }
    void find_algorithms() {
        cublasLtMatmulPreference_t preference;
        size_t workspace = WORKSPACE;
        int count = 0;
        found_.resize(MOST);
        cublaslt_check(cublasLtMatmulPreferenceCreate(&preference), "a preference");
        cublaslt_check(cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                            &workspace, sizeof workspace),
                       "its workspace");
        cublaslt_check(
            cublasLtMatmulAlgoGetHeuristic(handle_, product_, b_, a_, c_, c_, preference, MOST, found_.data(), &count),
            "the heuristic");
        cublasLtMatmulPreferenceDestroy(preference);
        found_.resize(count);
        auto unfit = [](const cublasLtMatmulHeuristicResult_t &x) { return x.state != CUBLAS_STATUS_SUCCESS; };
        found_.erase(std::remove_if(found_.begin(), found_.end(), unfit), found_.end());
        if (found_.empty()) cublaslt_check(CUBLAS_STATUS_NOT_SUPPORTED, "the heuristic");
    }

    number_kinds kinds_;
    cublasLtHandle_t handle_ = nullptr;
    cublasLtMatmulDesc_t product_ = nullptr;
    cublasLtMatrixLayout_t a_ = nullptr, b_ = nullptr, c_ = nullptr;
    void *workspace_ = nullptr;
    std::vector<cublasLtMatmulHeuristicResult_t> found_;
    size_t kept_ = 0;
};
