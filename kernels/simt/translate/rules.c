#include "rules.h"

#include <ctype.h>
#include <string.h>

struct rule {
    const char *name;
    bool call;  // only where a '(' or '<' follows
    const char *why;
};
static const struct rule rules[] = {
    {"__managed__", false,
     "managed memory is not simulated. Use cudaMalloc and cudaMemcpy, or a __device__ variable with "
     "cudaMemcpyToSymbol"},
    {"this_multi_grid", true, "several GPUs are not simulated. Write the program for one"},
    {"cudaTextureObject_t", false,
     "textures are not simulated. Read from global memory, with the bounds checked by hand"},
    {"cudaSurfaceObject_t", false, "surfaces are not simulated. Write to global memory"},
    {"tex1D", true, "textures are not simulated. Read from global memory, with the bounds checked by hand"},
    {"tex2D", true, "textures are not simulated. Read from global memory, with the bounds checked by hand"},
    {"tex3D", true, "textures are not simulated. Read from global memory, with the bounds checked by hand"},
    {"tex1Dfetch", true, "textures are not simulated. Read from global memory, with the bounds checked by hand"},
    {"surf2Dread", true, "surfaces are not simulated. Read from global memory"},
    {"surf2Dwrite", true, "surfaces are not simulated. Write to global memory"},
    {"cudaLaunchKernelExC", true, "this way to launch is not simulated. Write kernel<<<grid, block>>>(arguments)"},
    {"cuInit", true, "the driver API is not simulated. Use the functions of <cuda_runtime.h>: cudaMalloc, cudaMemcpy"},
    {"cuLaunchKernel", true, "the driver API is not simulated. Write kernel<<<grid, block>>>(arguments)"},
    {"cudaGraphLaunch", true, "graphs are not simulated. Launch the kernels one by one"},
    {"__shfl", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __shfl_sync(0xffffffff, value, lane)"},
    {"__shfl_up", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __shfl_up_sync(0xffffffff, value, delta)"},
    {"__shfl_down", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __shfl_down_sync(0xffffffff, value, delta)"},
    {"__shfl_xor", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __shfl_xor_sync(0xffffffff, value, mask)"},
    {"__ballot", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __ballot_sync(0xffffffff, predicate)"},
    {"__any", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __any_sync(0xffffffff, predicate)"},
    {"__all", true,
     "this form has no mask of lanes, and newer GPUs do not have it. Write __all_sync(0xffffffff, predicate)"},
};

static void check_word(struct rewrite *w, const struct region *r, int i, const struct callees *callees) {
    const struct token *t = &r->stream->token[i];
    if (i > r->begin && (token_is(t - 1, ".") || token_is(t - 1, "->"))) return;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        if (!token_is(t, rules[k].name)) continue;
        if (rules[k].call && !(i + 1 < r->end && (token_is(t + 1, "(") || token_is(t + 1, "<")))) continue;
        for (int c = 0; callees && c < callees->count; c++)
            if (token_is(t, callees->callee[c].name)) return;  // the learner's own
        rewrite_refuse(w, t, "%s: %s", rules[k].name, rules[k].why);
    }
}

// ---- assembly -------------------------------------------------------------------------------------------------------

static bool is_asm(const struct token *t) {
    static const char *const words[] = {"asm", "__asm__", "__asm", NULL};
    return token_is_in(t, words);
}

enum { NO_ASSEMBLY, SOME_ASSEMBLY, GPU_ASSEMBLY };

// asm volatile("...": what the text is. A GPU's mnemonics have points with types behind: "add.s32 %0, %1, %2;"
static int asm_kind(const struct region *r, int i) {
    while (i < r->end && r->stream->token[i].kind != TOKEN_STRING && !token_is(&r->stream->token[i], ";")) i++;
    int kind = NO_ASSEMBLY;
    for (; i < r->end && r->stream->token[i].kind == TOKEN_STRING; i++) {
        const struct token *t = &r->stream->token[i];
        for (int k = 1; k + 1 < t->length; k++) {
            if (kind == NO_ASSEMBLY && isalpha((unsigned char)t->start[k])) kind = SOME_ASSEMBLY;
            if (t->start[k] == '.' && islower((unsigned char)t->start[k - 1]) &&
                islower((unsigned char)t->start[k + 1]))
                return GPU_ASSEMBLY;
        }
    }
    return kind;
}

static const char *const no_asm =
    "a GPU's assembly cannot run here. Use the wrappers of kernels/ptx.h, or put it between #ifndef __SIMT_SIM__ and "
    "#endif";

// Where it is not known whether the compiler will see it, the compiler is to refuse it.
static void refuse_asm(struct rewrite *w, const struct region *r, int i) {
    const struct token *t = &r->stream->token[i];
    if (!t->maybe) {
        rewrite_refuse(w, t, "%.*s: %s", t->length, t->start, no_asm);
        return;
    }
    int end = i;
    while (end < r->end && !token_is(&r->stream->token[end], "(")) end++;
    int close = end < r->end ? tokens_close(r->stream, end) : -1;
    if (close < 0) return;
    rewrite_drop(w, t, &r->stream->token[close]);
    const char *behind = r->stream->token[close].start + 1;
    rewrite_replace(w, behind, behind, text_join("static_assert(false, \"%s\")", no_asm));
}

// ---- all of them ----------------------------------------------------------------------------------------------------

// The reference among the parameters of a kernel; NULL: there is none
static const struct token *reference(const struct stream *s, const struct function *f) {
    bool value = false;
    for (int i = f->parameters + 1; i < f->parameters_end; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, "=")) value = true;
        if (token_is(t, ",")) value = false;
        if (token_is(t, "&") && !value) return t;
        if (token_is(t, "[") || token_is(t, "{")) i = tokens_close(s, i);
    }
    return NULL;
}

// A tensor map that a kernel gets by value without __grid_constant__; NULL: there is none
static const struct token *copied_map(const struct stream *s, const struct function *f) {
    const struct token *map = NULL;
    bool constant = false;
    for (int i = f->parameters + 1; i <= f->parameters_end; i++) {
        const struct token *t = &s->token[i];
        if (token_is(t, ",") || i == f->parameters_end) {
            if (map && !constant) return map;
            map = NULL;
            constant = false;
        }
        if (token_is(t, "__grid_constant__")) constant = true;
        if (token_is(t, "CUtensorMap")) map = t;
        if (token_is(t, "*") || token_is(t, "&")) map = NULL;
    }
    return NULL;
}

static void check_functions(struct rewrite *w, const struct functions *f) {
    const struct stream *s = &w->source->code;
    for (int i = 0; i < f->count; i++) {
        const struct function *k = &f->function[i];
        const struct token *t = k->global ? reference(s, k) : NULL;
        if (t)
            rewrite_refuse(
                w, t,
                "the kernel %.*s has a reference as a parameter: it would be an address of the host. Pass the "
                "value, or a pointer of cudaMalloc",
                k->name->length, k->name->start);
        const struct token *map = k->global ? copied_map(s, k) : NULL;
        if (map)
            rewrite_refuse(w, map,
                           "the kernel %.*s gets a tensor map as a copy of its own, which TMA cannot read. Write const "
                           "__grid_constant__ CUtensorMap",
                           k->name->length, k->name->start);
    }
}

// A kernel's own heap: malloc(n), free(p), new T, delete p; but new (place) T, f() = delete and x.free() are something else
static bool is_heap(const struct stream *s, int i) {
    const struct token *t = &s->token[i];
    if (i == 0 || i + 1 >= s->count || token_is(t - 1, "operator")) return false;
    if (token_is(t, "new")) return !token_is(t + 1, "(");
    if (token_is(t, "delete")) return !token_is(t - 1, "=");
    return (token_is(t, "malloc") || token_is(t, "free")) && token_is(t + 1, "(") && !token_is(t - 1, ".") &&
           !token_is(t - 1, "->");
}

static bool is_host_library(const struct stream *s, int i) {
    static const char *const names[] = {
        "vector",     "string",    "map",      "unordered_map", "set",        "list",        "deque",        "cout",
        "cerr",       "endl",      "function", "unique_ptr",    "shared_ptr", "make_unique", "make_shared",  "sort",
        "accumulate", "to_string", "mutex",    "thread",        "lock_guard", "iota",        "stringstream", NULL};
    const struct token *t = &s->token[i];
    return i >= 2 && token_is(t - 1, "::") && token_is(t - 2, "std") && token_is_in(t, names);
}

// What host code may do and kernels may not: why not; NULL for all else
static const char *for_the_host(const struct stream *s, int i) {
    if (is_host_library(s, i))
        return "the C++ library's containers, streams and algorithms are for the host. Use arrays and loops";
    if (token_is(&s->token[i], "throw") || token_is(&s->token[i], "try"))
        return "a GPU has no exceptions. Return a value, write it to memory, or stop the kernel with assert";
    if (is_heap(s, i))
        return "memory that a kernel allocates is not simulated. Allocate it with cudaMalloc before the launch";
    return NULL;
}

void rules_check(struct rewrite *w, const struct functions *f, const struct callees *callees, const struct macros *m) {
    struct region code = region_code(w->source);
    check_functions(w, f);
    for (int i = 0; i < code.end; i++) {
        const struct token *t = &code.stream->token[i];
        if (t->kind == TOKEN_NAME && !t->maybe) check_word(w, &code, i, callees);
        bool launch = tokens_are_three(code.stream, i, '<'), assembly = is_asm(t);
        const char *host = for_the_host(code.stream, i);
        if (!launch && !assembly && !host) continue;
        const struct function *around = functions_around(f, i);
        bool gpu = f->sound && around && function_on_gpu(around) && !around->unsure;
        if (host && gpu && !t->maybe)
            rewrite_refuse(w, t, "%.*s in the %s function %.*s: %s", t->length, t->start,
                           around->global ? "__global__" : "__device__", around->name->length, around->name->start,
                           host);
        if (launch && gpu && !t->maybe)
            rewrite_refuse(
                w, t,
                "a kernel is launched inside the %s function %.*s: dynamic parallelism is not simulated. Launch "
                "it in a function for the host",
                around->global ? "__global__" : "__device__", around->name->length, around->name->start);
        int kind = assembly ? asm_kind(&code, i) : NO_ASSEMBLY;
        if (kind == GPU_ASSEMBLY || (kind == SOME_ASSEMBLY && gpu)) refuse_asm(w, &code, i);
    }
    calls_check(w, f, callees, m);
}

void rules_check_macro(struct rewrite *w, const struct region *macro) {
    for (int i = macro->begin; i < macro->end; i++) {
        const struct token *t = &macro->stream->token[i];
        if (t->kind != TOKEN_NAME) continue;
        check_word(w, macro, i, NULL);
        if (is_asm(t) && asm_kind(macro, i) == GPU_ASSEMBLY) refuse_asm(w, macro, i);
    }
}

void rules_check_include(struct rewrite *w, const struct token *where, const char *name) {
    static const struct {
        const char *prefix, *why;
    } others[] = {
        {"thrust/",
         "Thrust is a library of the CUDA toolkit, which the simulator does not have. Write the kernel, or the loop on "
         "the host"},
        {"cub/",
         "CUB is a library of the CUDA toolkit, which the simulator does not have. Write the kernel: chapter 22 has "
         "reductions and scans"},
        {"cuda/",
         "libcu++ is a library of the CUDA toolkit, which the simulator does not have. Use the intrinsics of CUDA C++"},
        {"cublas",
         "cuBLAS is a library of the CUDA toolkit, which the simulator does not have. Write the kernel: chapter 23 has "
         "matrix products"},
        {"curand",
         "cuRAND is a library of the CUDA toolkit, which the simulator does not have. Make random numbers on the host, "
         "or a small generator of your own"},
        {"cufft", "cuFFT is a library of the CUDA toolkit, which the simulator does not have"},
        {"cusparse", "cuSPARSE is a library of the CUDA toolkit, which the simulator does not have"},
        {"cusolver", "cuSOLVER is a library of the CUDA toolkit, which the simulator does not have"},
        {"cudnn", "cuDNN is a library for GPUs, which the simulator does not have"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(name, others[i].prefix, strlen(others[i].prefix)) == 0) {
            rewrite_refuse(w, where, "<%s>: %s", name, others[i].why);
            return;
        }
}
