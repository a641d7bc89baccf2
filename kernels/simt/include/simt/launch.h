// What simtcc makes of k<<<grid, block, shared, stream>>>(a, b) and of __shared__ variables.
#pragma once
#include <cstddef>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../cuda_runtime_api.h"
#include "abi.h"
#include "keywords.h"

namespace simt {

inline simt_config config(dim3 grid, dim3 block, std::size_t shared = 0, cudaStream_t stream = nullptr) {
    return simt_config{grid, block, shared, stream, {0, 0, 0}};
}

// __cluster_dims__(x, y, z), at the beginning of the kernel
SIMT_INLINE void cluster_dims(unsigned x, unsigned y = 1, unsigned z = 1) { simt_cluster_dims(x, y, z); }

// What simt_run calls for each thread: the kernel, with the copies of its arguments.
template <class Parameters, std::size_t... i>
SIMT_INLINE void thread(const Parameters &p, std::index_sequence<i...>) {
    std::get<0>(p)(std::get<i + 1>(p)...);
}
template <class Parameters>
void thread(void *p) {
    constexpr std::size_t arguments = std::tuple_size<Parameters>::value - 1;
    thread(*static_cast<const Parameters *>(p), std::make_index_sequence<arguments>());
}

template <class Call>
struct prepared {
    const char *kernel;
    simt_config config;
    Call call;

    // call(arguments...) once per thread. The arguments are copied, as a GPU's launch does.
    template <class... Arguments>
    SIMT_INLINE void operator()(Arguments &&...arguments) const {
        typedef std::tuple<Call, std::decay_t<Arguments>...> Parameters;
        static_assert(sizeof(Parameters) <= 4096, "a kernel's parameters may be 4096 bytes together: pass a pointer");
        static_assert(alignof(Parameters) <= 64, "a kernel's parameters may be aligned to 64 bytes, not more");
        static_assert((std::is_trivially_destructible<std::decay_t<Arguments>>::value && ...),
                      "a kernel's parameters are copied to the GPU byte by byte, and a class with a destructor "
                      "(std::vector, std::string) cannot go there: pass numbers and pointers of cudaMalloc");
        void *parameters = new (simt_parameters()) Parameters(call, static_cast<Arguments &&>(arguments)...);
        simt_run(kernel, &config, thread<Parameters>, parameters);
    }
};

// The last parameter is for the compiler alone: simtcc puts noexcept(k(...)) there, so that wrong arguments are its
// error.
template <class Call>
SIMT_INLINE prepared<Call> launch(const char *kernel, const simt_config &config, Call call, bool = false) {
    return prepared<Call>{kernel, config, call};
}

// The block's variable number id of this file. alignment: as the declaration demands, or 0.
template <class T>
SIMT_INLINE T &shared(const char *file, int line, int id, const char *name, std::size_t alignment) {
    std::size_t align = alignment > alignof(T) ? alignment : alignof(T);
    return *static_cast<T *>(simt_shared_variable(file, line, id, sizeof(T), align, name));
}

// extern __shared__ T name[]; here T is an array of unknown length
template <class T>
SIMT_INLINE T &dynamic_shared(const char *name, std::size_t alignment) {
    std::size_t natural = alignof(std::remove_extent_t<T>);
    return *static_cast<T *>(simt_dynamic_shared(alignment > natural ? alignment : natural, name));
}

template <class... Parameters, std::size_t... i>
void launch_unpacked(void (*kernel)(Parameters...), const simt_config &config, void **arguments,
                     std::index_sequence<i...>) {
    launch("cudaLaunchKernel", config, kernel)(*static_cast<Parameters *>(arguments[i])...);
}

}  // namespace simt

template <class... Parameters>
cudaError_t cudaLaunchKernel(void (*kernel)(Parameters...), dim3 grid, dim3 block, void **arguments,
                             std::size_t shared = 0, cudaStream_t stream = nullptr) {
    simt::launch_unpacked(kernel, simt::config(grid, block, shared, stream), arguments,
                          std::index_sequence_for<Parameters...>());
    return cudaPeekAtLastError();
}

// ---- cudaLaunchKernelEx ---------------------------------------------------------------------------------------------
enum cudaLaunchAttributeID {
    cudaLaunchAttributeIgnore = 0,
    cudaLaunchAttributeAccessPolicyWindow = 1,
    cudaLaunchAttributeCooperative = 2,
    cudaLaunchAttributeClusterDimension = 4,
    cudaLaunchAttributeClusterSchedulingPolicyPreference = 5,
    cudaLaunchAttributeProgrammaticStreamSerialization = 6,
    cudaLaunchAttributePriority = 8
};

union cudaLaunchAttributeValue {
    char pad[64];
    int cooperative;
    struct {
        unsigned x, y, z;
    } clusterDim;
    int clusterSchedulingPolicyPreference;
    int programmaticStreamSerializationAllowed;
    int priority;
};

struct cudaLaunchAttribute {
    cudaLaunchAttributeID id;
    cudaLaunchAttributeValue val;
};

struct cudaLaunchConfig_t {
    dim3 gridDim, blockDim;
    std::size_t dynamicSmemBytes;
    cudaStream_t stream;
    cudaLaunchAttribute *attrs;
    unsigned numAttrs;
};

namespace simt {

// Of the attributes only the cluster's size changes what a kernel does here.
inline simt_config config(const cudaLaunchConfig_t &c) {
    simt_config out = config(c.gridDim, c.blockDim, c.dynamicSmemBytes, c.stream);
    for (unsigned i = 0; i < c.numAttrs; i++) {
        const cudaLaunchAttribute &a = c.attrs[i];
        if (a.id != cudaLaunchAttributeClusterDimension) continue;
        out.cluster = uint3{a.val.clusterDim.x, a.val.clusterDim.y, a.val.clusterDim.z};
    }
    return out;
}

// The kernel's name from "kernel<a, b>, arguments": up to the first comma outside of brackets.
struct first_argument {
    char text[200] = {};
    explicit first_argument(const char *list) {
        int depth = 0;
        for (std::size_t i = 0; i + 1 < sizeof text && list[i] && (depth || list[i] != ','); i++) {
            if (list[i] == '<' || list[i] == '(') depth++;
            if (list[i] == '>' || list[i] == ')') depth--;
            text[i] = list[i];
        }
    }
};

template <class... Parameters, class... Arguments>
SIMT_INLINE cudaError_t launch_config(const char *list, const cudaLaunchConfig_t *c, void (*kernel)(Parameters...),
                                      Arguments &&...arguments) {
    launch(first_argument(list).text, config(*c), kernel)(static_cast<Parameters>(arguments)...);
    return cudaPeekAtLastError();
}

}  // namespace simt

// A macro, for findings name the kernel as the source does.
#define cudaLaunchKernelEx(config, ...) simt::launch_config(#__VA_ARGS__, config, __VA_ARGS__)

template <class... Parameters>
cudaError_t cudaLaunchCooperativeKernel(void (*kernel)(Parameters...), dim3 grid, dim3 block, void **arguments,
                                        std::size_t shared = 0, cudaStream_t stream = nullptr)
    SIMT_REFUSED("grid-wide barriers: its blocks run one after another. Split the kernel in two");
