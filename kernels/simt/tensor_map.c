// Tensor maps: what cuTensorMapEncodeTiled takes and what it refuses (CUDA Driver API, "Tensor Map Object Management"). The driver
// only says CUDA_ERROR_INVALID_VALUE; here a finding says which number is wrong.
#include "simt/tensor_map.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// ---- errors ---------------------------------------------------------------------------------------------------------
static const struct {
    int number;
    const char *name, *text;
} errors[] = {
    {CUDA_SUCCESS, "CUDA_SUCCESS", "no error"},
    {CUDA_ERROR_INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {CUDA_ERROR_OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {CUDA_ERROR_NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {CUDA_ERROR_DEINITIALIZED, "CUDA_ERROR_DEINITIALIZED", "driver shutting down"},
    {CUDA_ERROR_NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {CUDA_ERROR_INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CUDA_ERROR_UNKNOWN, "CUDA_ERROR_UNKNOWN", "unknown error"},
};
enum { ERRORS = sizeof errors / sizeof *errors };

static int index_of(CUresult error) {
    int i = 0;
    while (i < ERRORS && errors[i].number != (int)error) i++;
    return i;
}

CUresult cuGetErrorString(CUresult error, const char **text) {
    int i = index_of(error);
    *text = i < ERRORS ? errors[i].text : NULL;
    return i < ERRORS ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuGetErrorName(CUresult error, const char **name) {
    int i = index_of(error);
    *name = i < ERRORS ? errors[i].name : NULL;
    return i < ERRORS ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

// ---- the driver's functions by name ---------------------------------------------------------------------------------
cudaError_t cudaGetDriverEntryPointByVersion(const char *name, void **function, unsigned version,
                                             unsigned long long flags, enum cudaDriverEntryPointQueryResult *found) {
    static const struct {
        const char *name;
        void *function;
        unsigned since;  // CUDA's version
    } known[] = {
        {"cuTensorMapEncodeTiled", (void *)cuTensorMapEncodeTiled, 12000},
        {"cuGetErrorString", (void *)cuGetErrorString, 6000},
        {"cuGetErrorName", (void *)cuGetErrorName, 6000},
    };
    (void)flags;
    if (!name || !function || version > CUDART_VERSION)
        return memory_error(cudaErrorInvalidValue, CALLER, "cudaGetDriverEntryPointByVersion");
    enum cudaDriverEntryPointQueryResult result = cudaDriverEntryPointSymbolNotFound;
    *function = NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) != 0) continue;
        result = version < known[i].since ? cudaDriverEntryPointVersionNotSufficent : cudaDriverEntryPointSuccess;
        if (version >= known[i].since) *function = known[i].function;
    }
    if (found) *found = result;
    return cudaSuccess;
}

cudaError_t cudaGetDriverEntryPoint(const char *name, void **function, unsigned long long flags,
                                    enum cudaDriverEntryPointQueryResult *found) {
    return cudaGetDriverEntryPointByVersion(name, function, CUDART_VERSION, flags, found);
}

// ---- encoding -------------------------------------------------------------------------------------------------------
struct request {  // what cuTensorMapEncodeTiled was asked
    uint32_t pc;
    int type, rank;
    uintptr_t start;
    const cuuint64_t *sizes, *strides;
    const cuuint32_t *box, *steps;
    int swizzle;
};

static CUresult refuse(const struct request *r, const char *fix, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static CUresult refuse(const struct request *r, const char *fix, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started in the line before
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    memory_finding(SIMT_TMA, r->pc, 0, fix, "%s", text);
    return CUDA_ERROR_INVALID_VALUE;
}

static CUresult unsupported(const struct request *r, const char *what) {
    memory_finding(SIMT_UNSUPPORTED, r->pc, 0, "see kernels/simt/README.md for what it has",
                   "the simulator has no tensor maps with %s", what);
    return CUDA_ERROR_NOT_SUPPORTED;
}

static int element_bytes(int type) {
    static const uint8_t bytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 8, 2, 4, 4, 4};
    return type >= 0 && type < (int)sizeof bytes ? bytes[type] : 0;
}

static int span_of(int swizzle) {
    return swizzle == CU_TENSOR_MAP_SWIZZLE_NONE ? 0 : 16 << swizzle;
}

static CUresult check_tensor(const struct request *r) {
    const unsigned long long row = r->sizes[0] * (unsigned)element_bytes(r->type);
    if (r->start % 16)
        return refuse(r, "give the start of a cudaMalloc, or a place at a multiple of 16 bytes from it",
                      "the tensor starts at an address that is no multiple of 16: %s",
                      describe_memory(r->start, 0, r->pc).text);
    for (int d = 0; d < r->rank; d++)
        if (r->sizes[d] == 0 || r->sizes[d] > 1ull << 32)
            return refuse(r, "give the number of elements of each dimension, innermost first",
                          "dimension %d has %llu elements: 1 to 2^32 can be", d, (unsigned long long)r->sizes[d]);
    for (int d = 1; d < r->rank; d++) {
        const unsigned long long stride = r->strides[d - 1];
        if (stride % 16 || stride >= 1ull << 40)
            return refuse(r, "pad the rows in global memory to a multiple of 16 bytes",
                          "dimension %d goes in steps of %llu bytes: TMA takes multiples of 16 below 2^40", d, stride);
    }
    if (r->rank > 1 && r->sizes[1] > 1 && r->strides[0] && r->strides[0] < row)
        return refuse(r, "strides are in bytes, not in elements",
                      "a row of %llu elements has %llu bytes, but the next one begins %llu bytes after it",
                      (unsigned long long)r->sizes[0], row, (unsigned long long)r->strides[0]);
    return CUDA_SUCCESS;
}

static CUresult check_box(const struct request *r) {
    const unsigned element = (unsigned)element_bytes(r->type), row = r->box[0] * element;
    const unsigned span = (unsigned)span_of(r->swizzle);
    for (int d = 0; d < r->rank; d++) {
        if (r->box[d] == 0 || r->box[d] > 256)
            return refuse(r, "load a larger tile by several boxes",
                          "the box has %u elements in dimension %d: 1 to 256 can be", r->box[d], d);
        if (d > 0 && (r->steps[d] == 0 || r->steps[d] > 8))
            return refuse(r, "give 1 for every dimension", "the element stride of dimension %d is %u: 1 to 8 can be", d,
                          r->steps[d]);
    }
    if (row % 16)
        return refuse(r, "make the box wider",
                      "the box's rows have %u bytes (%u elements of %u bytes): TMA copies multiples of 16", row,
                      r->box[0], element);
    if (span && row > span)
        return refuse(r, "let a box be as wide as the span, and load a wider tile by several boxes",
                      "the box's rows have %u bytes (%u elements of %u bytes), but the swizzle's span is %u bytes", row,
                      r->box[0], element, span);
    if (span && row < span) return unsupported(r, "rows of the box that are shorter than the span of the swizzle");
    return CUDA_SUCCESS;
}

static CUresult check(const struct request *r) {
    if (r->type >= CU_TENSOR_MAP_DATA_TYPE_16U4_ALIGN8B && r->type <= CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B)
        return unsupported(r, "elements of 4 or 6 bits");
    if (!element_bytes(r->type))
        return refuse(r, "name the elements by a CU_TENSOR_MAP_DATA_TYPE", "there is no data type %d", r->type);
    if (r->rank < 1 || r->rank > MAX_RANK)
        return refuse(r, "fold dimensions that follow each other in memory into one",
                      "a tensor of %d dimensions: 1 to 5 can be", r->rank);
    if (!r->sizes || !r->box || !r->steps || (r->rank > 1 && !r->strides))
        return refuse(r, "give an array for the sizes, the strides, the box and the element strides",
                      "one of the arrays is a null pointer");
    if (r->swizzle > CU_TENSOR_MAP_SWIZZLE_128B && r->swizzle <= CU_TENSOR_MAP_SWIZZLE_128B_ATOM_64B)
        return unsupported(r, "swizzles of larger pieces than 16 bytes");
    if (r->swizzle < 0 || r->swizzle > CU_TENSOR_MAP_SWIZZLE_128B)
        return refuse(r, "take one of CU_TENSOR_MAP_SWIZZLE_...", "there is no swizzle %d", r->swizzle);
    CUresult error = check_tensor(r);
    return error != CUDA_SUCCESS ? error : check_box(r);
}

static void fill_in(struct tensor_map *m, const struct request *r) {
    *m = (struct tensor_map){.magic = TENSOR_MAP, .pc = r->pc, .start = r->start};
    m->type = (uint8_t)r->type, m->rank = (uint8_t)r->rank;
    m->element = (uint8_t)element_bytes(r->type), m->span = (uint8_t)span_of(r->swizzle);
    for (int d = 0; d < r->rank; d++) {
        m->size[d] = r->sizes[d];
        m->box[d] = (uint16_t)r->box[d];
        m->step[d] = d ? (uint8_t)r->steps[d] : 1;
        if (d) m->stride[d - 1] = r->strides[d - 1];
    }
}

CUresult cuTensorMapEncodeTiled(CUtensorMap *map, CUtensorMapDataType type, cuuint32_t rank, void *start,
                                const cuuint64_t *sizes, const cuuint64_t *strides, const cuuint32_t *box,
                                const cuuint32_t *steps, CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                                CUtensorMapL2promotion promotion, CUtensorMapFloatOOBfill fill) {
    const struct request r = {.pc = CALLER,
                              .type = (int)type,
                              .rank = rank <= INT16_MAX ? (int)rank : INT16_MAX,
                              .start = (uintptr_t)start,
                              .sizes = sizes,
                              .strides = strides,
                              .box = box,
                              .steps = steps,
                              .swizzle = (int)swizzle};
    if (!map || (uintptr_t)map % 64)
        return refuse(&r, "declare it as CUtensorMap, on the stack or static: the type brings its alignment",
                      "the map itself must lie at a multiple of 64 bytes");
    if (interleave != CU_TENSOR_MAP_INTERLEAVE_NONE) return unsupported(&r, "interleaved channels");
    if (fill != CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE) return unsupported(&r, "NaNs outside of the tensor");
    if ((unsigned)promotion > CU_TENSOR_MAP_L2_PROMOTION_L2_256B)
        return refuse(&r, "take one of CU_TENSOR_MAP_L2_PROMOTION_...", "there is no L2 promotion %d", (int)promotion);
    CUresult error = check(&r);
    if (error != CUDA_SUCCESS) return error;
    struct tensor_map m;
    fill_in(&m, &r);
    memset(map, 0, sizeof *map);
    memcpy(map, &m, sizeof m);
    return CUDA_SUCCESS;
}

// ---- in kernels -----------------------------------------------------------------------------------------------------
struct words tensor_map_words(const struct tensor_map *m, uint32_t pc) {
    struct words w;
    size_t n = (size_t)snprintf(w.text, sizeof w.text, "the map of %.80s (", describe_line(m->pc, pc).text);
    for (int d = 0; d < m->rank; d++)
        n += (size_t)snprintf(w.text + n, sizeof w.text - n, "%s%llu", d ? " x " : "", (unsigned long long)m->size[d]);
    snprintf(w.text + n, sizeof w.text - n, " elements of %d bytes, innermost first)", m->element);
    return w;
}

// A parameter of the kernel is on the stack of its thread; global and constant memory can hold maps, too.
static bool can_hold_maps(uintptr_t address) {
    struct allocation *a = heap_find(address);
    if (a) return a->live && a->memory == DEVICE_MEMORY;
    return address - STACK_BASE < STACK_SIZE * MAX_THREADS || section_of(address);
}

static bool is_map(const struct tensor_map *m, const char *what, uint32_t pc) {
    const uintptr_t address = (uintptr_t)m;
    const char *fix = "hand the map over as a parameter: const __grid_constant__ CUtensorMap map, and use &map";
    if (!can_hold_maps(address))
        memory_finding(SIMT_TMA, pc, 0, fix, "the tensor map of %s is in %s", what,
                       describe_memory(address, 0, pc).text);
    else if (address % 64)
        memory_finding(SIMT_TMA, pc, 0, fix, "the tensor map of %s lies at no multiple of 64 bytes", what);
    else if (m->magic != TENSOR_MAP)
        memory_finding(SIMT_TMA, pc, 0, "encode it first on the host: tensor_map(), cuTensorMapEncodeTiled()",
                       "%s was given what no cuTensorMapEncodeTiled wrote", what);
    else return true;
    return false;
}

const struct tensor_map *tensor_map_of(const void *map, int dimensions, const char *what, uint32_t pc) {
    const struct tensor_map *m = map;
    if (!is_map(m, what, pc)) simt_kill(cudaErrorIllegalInstruction);
    if (m->rank == dimensions) return m;
    memory_finding(SIMT_TMA, pc, m->pc, "give one coordinate for each dimension of the map, innermost first",
                   "%s with %d coordinates by %s", what, dimensions, tensor_map_words(m, pc).text);
    simt_kill(cudaErrorIllegalInstruction);
}

void simt_tma_prefetch(const void *map) {
    if (!is_map(map, "a TMA prefetch", CALLER)) simt_kill(cudaErrorIllegalInstruction);
}
