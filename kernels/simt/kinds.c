// What can be found: names, titles, and what helps as a rule.
#include "simt/runtime.h"

static const struct {
    const char *name, *title, *fix;
} kinds[SIMT_KINDS] = {
    [SIMT_OUT_OF_BOUNDS] = {"out-of-bounds", "access out of bounds",
                            "let only threads with an index inside the array touch it: if (i < n)"},
    [SIMT_MISALIGNED] = {"misaligned", "misaligned access",
                         "an address must be a multiple of the size that is read or written there at once"},
    [SIMT_USE_AFTER_FREE] = {"use-after-free", "use after free", "call cudaFree after the last use"},
    [SIMT_HOST_POINTER] = {"host-pointer", "host pointer in a kernel",
                           "give the kernel memory of cudaMalloc, filled by cudaMemcpy"},
    [SIMT_DEVICE_POINTER] = {"device-pointer", "device pointer in host code",
                             "copy the data to host memory with cudaMemcpy and use that"},
    [SIMT_READ_ONLY] = {"read-only", "write to read-only memory", "write to memory of cudaMalloc or to __shared__"},
    [SIMT_UNINITIALISED] = {"uninitialised", "read of memory that nobody wrote",
                            "write it first: cudaMemcpy or cudaMemset on the host, or a store in a kernel"},
    [SIMT_NEVER_WRITTEN] = {"never-written", "copy of memory that nobody wrote",
                            "let the grid cover every element: (n + threads - 1) / threads blocks"},
    [SIMT_RACE] = {"race", "data race", "put __syncthreads() between these two accesses"},
    [SIMT_DIVERGENT_BARRIER] = {"divergent-barrier", "__syncthreads() that not all threads reach",
                                "move it out of the if, and let no thread return before it"},
    [SIMT_WARP_MASK] = {"warp-mask", "wrong mask of a warp function",
                        "name in the mask the lanes that make this call, all of them and no others"},
    [SIMT_DEADLOCK] = {"deadlock", "deadlock", "let every thread that is waited for come to the same call"},
    [SIMT_TIMEOUT] = {"timeout", "kernel that does not end",
                      "look for a loop that never ends; SIMT_TIMEOUT=seconds gives it more time"},
    [SIMT_ASYNC] = {"async", "asynchronous copy that nobody waited for",
                    "wait for the copy, then __syncthreads(), then use what it brought"},
    [SIMT_MBARRIER] = {"mbarrier", "wrong use of an mbarrier",
                       "arrive as often in each phase as mbarrier.init was told, and expect as many bytes as the copies bring"},
    [SIMT_PROXY_FENCE] = {"proxy-fence", "missing proxy fence",
                          "after the writes, let each writing thread call fence_proxy_async(), then meet at a barrier"},
    [SIMT_TMA] = {"tma", "wrong tensor map or TMA copy", "look at the rules of cuTensorMapEncodeTiled"},
    [SIMT_DESCRIPTOR] = {"descriptor", "wrong matrix descriptor", "compare each field with the layout of the tile"},
    [SIMT_WGMMA] = {"wgmma", "wrong use of wgmma",
                    "wgmma_fence(), the products, wgmma_commit(), wgmma_wait(), then use the accumulators"},
    [SIMT_REGISTERS] = {"registers", "wrong register count", "let the warpgroups' registers add up to what the block has"},
    [SIMT_CLUSTER] = {"cluster", "wrong use of a cluster", "cluster_sync() before another block's memory is used, and before a block ends"},
    [SIMT_LAUNCH] = {"launch", "launch that a GPU refuses", "use 1 to 1024 threads a block and at least one block"},
    [SIMT_MEMCPY] = {"memcpy", "wrong copy", "give bytes, not elements, and the direction of the two pointers"},
    [SIMT_API] = {"api", "wrong call", "look at the error that the call returned"},
    [SIMT_UNCHECKED] = {"unchecked", "error that nobody looked at",
                        "check what the call returns; after a launch, check cudaGetLastError()"},
    [SIMT_LEAK] = {"leak", "memory that was not freed", "call cudaFree for it"},
    [SIMT_STACK] = {"stack", "stack overflow", "make the arrays inside the kernel smaller, or its recursion less deep"},
    [SIMT_ASSERT] = {"assert", "kernel that stops itself", "find out why the condition does not hold"},
    [SIMT_UNSUPPORTED] = {"unsupported", "not supported by the simulator", "run this program on a GPU"},
};

const char *simt_kind_name(enum simt_kind kind) {
    return kinds[kind].name;
}
const char *finding_title(enum simt_kind kind) {
    return kinds[kind].title;
}
const char *finding_fix(enum simt_kind kind) {
    return kinds[kind].fix;
}
