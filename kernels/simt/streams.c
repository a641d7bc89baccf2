// Streams and events. There is one queue, and all that is put into it is done at once: a stream is a name, an event a
// time.
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

enum magic { STREAM = 1, EVENT };
struct handle {  // of a stream or an event; never freed, so that its use after the end is seen
    enum magic magic;
    bool live, timed, recorded;
    double seconds;
    struct handle *next;
};
static struct handle *handles;

#define CALLER ((uint32_t)(uintptr_t)__builtin_return_address(0))

static void *create(enum magic magic, bool timed) {
    struct handle *h = calloc(1, sizeof *h);
    if (!h) abort();
    *h = (struct handle){.magic = magic, .live = true, .timed = timed, .next = handles};
    handles = h;
    return h;
}

static struct handle *find(const void *p, enum magic magic) {
    struct handle *h = handles;
    while (h && (h != p || h->magic != magic)) h = h->next;
    return h;
}

bool stream_live(const void *stream) {
    if (!stream || stream == cudaStreamLegacy || stream == cudaStreamPerThread) return true;
    const struct handle *h = find(stream, STREAM);
    return h && h->live;
}

// cudaSuccess, or a finding.
static int check_stream(const void *stream, const char *call, uint32_t pc) {
    if (api_sticky()) return api_sticky();
    if (stream_live(stream)) return cudaSuccess;
    return api_misuse(cudaErrorInvalidResourceHandle, pc,
                      find(stream, STREAM) ? "%s: the stream was destroyed" : "%s: this is no stream", call);
}

static int check_event(const void *event, const char *call, uint32_t pc) {
    if (api_sticky()) return api_sticky();
    const struct handle *h = find(event, EVENT);
    if (h && h->live) return cudaSuccess;
    return api_misuse(cudaErrorInvalidResourceHandle, pc,
                      h ? "%s: the event was destroyed" : "%s: this is no event; cudaEventCreate makes one", call);
}

// ---- streams --------------------------------------------------------------------------------------------------------
static int create_stream(cudaStream_t *stream, const char *call, uint32_t pc) {
    if (api_sticky()) return api_sticky();
    if (!stream) return api_misuse(cudaErrorInvalidValue, pc, "%s: nowhere to put the stream", call);
    *stream = create(STREAM, false);
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t *stream) {
    return create_stream(stream, "cudaStreamCreate", CALLER);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags) {
    if (flags > cudaStreamNonBlocking)
        return api_misuse(cudaErrorInvalidValue, CALLER, "cudaStreamCreateWithFlags: unknown flags 0x%x", flags);
    return create_stream(stream, "cudaStreamCreateWithFlags", CALLER);
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned flags, int priority) {
    (void)flags, (void)priority;
    return create_stream(stream, "cudaStreamCreateWithPriority", CALLER);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    struct handle *h = find(stream, STREAM);
    if (!h || !h->live) {
        if (api_sticky()) return api_sticky();
        return api_misuse(
            cudaErrorInvalidResourceHandle, CALLER,
            h ? "cudaStreamDestroy: the stream was destroyed before" : "cudaStreamDestroy: this is no stream");
    }
    h->live = false;
    return api_sticky();
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return check_stream(stream, "cudaStreamSynchronize", CALLER);
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
    return check_stream(stream, "cudaStreamQuery", CALLER);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags) {
    (void)flags;
    const int error = check_stream(stream, "cudaStreamWaitEvent", CALLER);
    return error ? error : check_event(event, "cudaStreamWaitEvent", CALLER);
}

cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
    if (least) *least = 0;
    if (greatest) *greatest = 0;
    return api_sticky();
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void *data) {
    const int error = check_stream(stream, "cudaLaunchHostFunc", CALLER);
    if (error == cudaSuccess) function(data);
    return error;
}

// ---- events ---------------------------------------------------------------------------------------------------------
static int create_event(cudaEvent_t *event, unsigned flags, const char *call, uint32_t pc) {
    if (api_sticky()) return api_sticky();
    if (!event) return api_misuse(cudaErrorInvalidValue, pc, "%s: nowhere to put the event", call);
    *event = create(EVENT, !(flags & cudaEventDisableTiming));
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t *event) {
    return create_event(event, cudaEventDefault, "cudaEventCreate", CALLER);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags) {
    return create_event(event, flags, "cudaEventCreateWithFlags", CALLER);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    const int error = check_event(event, "cudaEventDestroy", CALLER);
    if (error == cudaSuccess) ((struct handle *)event)->live = false;
    return error;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    int error = check_event(event, "cudaEventRecord", CALLER);
    if (error == cudaSuccess) error = check_stream(stream, "cudaEventRecord", CALLER);
    if (error != cudaSuccess) return error;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    struct handle *h = (struct handle *)event;
    h->recorded = true;
    h->seconds = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    return check_event(event, "cudaEventSynchronize", CALLER);
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
    return check_event(event, "cudaEventQuery", CALLER);
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start, cudaEvent_t end) {
    int error = check_event(start, "cudaEventElapsedTime", CALLER);
    if (error == cudaSuccess) error = check_event(end, "cudaEventElapsedTime", CALLER);
    if (error != cudaSuccess) return error;
    const struct handle *a = (const struct handle *)start, *b = (const struct handle *)end;
    if (!a->timed || !b->timed)
        return api_misuse(cudaErrorInvalidResourceHandle, CALLER,
                          "cudaEventElapsedTime: an event that was created with cudaEventDisableTiming");
    if (!a->recorded || !b->recorded)
        return api_misuse(cudaErrorInvalidResourceHandle, CALLER,
                          "cudaEventElapsedTime: the %s event was never recorded", a->recorded ? "second" : "first");
    *milliseconds = (float)(1e3 * (b->seconds - a->seconds));
    return cudaSuccess;
}
