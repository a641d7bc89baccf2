// Errors of the host API: what cudaGetLastError gives, and who never asked.
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

enum { UNREAD = 64 };

static struct {
    int last;
    int sticky;  // of a launch that was killed: the device is unusable
    struct {
        uint32_t pc;
        int error;
    } unread[UNREAD];  // launches that were refused since somebody asked
    int unread_count;
    bool registered;
    bool used;
    pthread_t host;  // the thread that called first
} api;

static const struct {
    int number;
    const char *name, *text;
} errors[] = {
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInitializationError, "cudaErrorInitializationError", "initialization error"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInvalidPitchValue, "cudaErrorInvalidPitchValue", "invalid pitch argument"},
    {cudaErrorInvalidSymbol, "cudaErrorInvalidSymbol", "invalid device symbol"},
    {cudaErrorInvalidHostPointer, "cudaErrorInvalidHostPointer", "invalid host pointer"},
    {cudaErrorInvalidDevicePointer, "cudaErrorInvalidDevicePointer", "invalid device pointer"},
    {cudaErrorInvalidMemcpyDirection, "cudaErrorInvalidMemcpyDirection", "invalid copy direction for memcpy"},
    {cudaErrorInvalidDeviceFunction, "cudaErrorInvalidDeviceFunction", "invalid device function"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA-capable device is detected"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "invalid device ordinal"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorNotReady, "cudaErrorNotReady", "device not ready"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "an illegal memory access was encountered"},
    {cudaErrorLaunchOutOfResources, "cudaErrorLaunchOutOfResources", "too many resources requested for launch"},
    {cudaErrorLaunchTimeout, "cudaErrorLaunchTimeout", "the launch timed out and was terminated"},
    {cudaErrorContextIsDestroyed, "cudaErrorContextIsDestroyed", "context is destroyed"},
    {cudaErrorAssert, "cudaErrorAssert", "device-side assert triggered"},
    {cudaErrorHardwareStackError, "cudaErrorHardwareStackError", "hardware stack error"},
    {cudaErrorIllegalInstruction, "cudaErrorIllegalInstruction", "an illegal instruction was encountered"},
    {cudaErrorMisalignedAddress, "cudaErrorMisalignedAddress", "misaligned address"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "unspecified launch failure"},
    {cudaErrorNotSupported, "cudaErrorNotSupported", "operation not supported"},
    {cudaErrorUnknown, "cudaErrorUnknown", "unknown error"},
};
enum { ERRORS = sizeof errors / sizeof *errors };
static const char unknown[] = "unrecognized error code";

const char *cudaGetErrorName(cudaError_t error) {
    for (int i = 0; i < ERRORS; i++)
        if (errors[i].number == (int)error) return errors[i].name;
    return unknown;
}

const char *cudaGetErrorString(cudaError_t error) {
    for (int i = 0; i < ERRORS; i++)
        if (errors[i].number == (int)error) return errors[i].text;
    return unknown;
}

// ---- what the runtime reports ---------------------------------------------------------------------------------------
static void find_unread(void) {
    for (int i = 0; i < api.unread_count; i++)
        finding_add(
            SIMT_UNCHECKED, api.unread[i].pc, 0, NULL,
            "this launch was refused (%s: %s), and the program never asked: it goes on as if the kernel had run",
            cudaGetErrorName(api.unread[i].error), cudaGetErrorString(api.unread[i].error));
    api.unread_count = 0;
}

void api_error(int error, uint32_t pc, const char *call) {
    (void)pc, (void)call;
    if (error != cudaSuccess) api.last = error;
}

void api_refused(int error, uint32_t pc) {
    api.last = error;
    if (!api.registered) atexit(find_unread);
    api.registered = true;
    for (int i = 0; i < api.unread_count; i++)
        if (api.unread[i].pc == pc) return;
    if (api.unread_count == UNREAD) return;
    api.unread[api.unread_count].pc = pc;
    api.unread[api.unread_count++].error = error;
}

void api_stick(int error) {
    api.last = api.sticky = error;
}

bool api_broken(void) {
    if (api.sticky != cudaSuccess) api.last = api.sticky;
    return api.sticky != cudaSuccess;
}

// While a kernel runs, all that is loaded and stored is taken for the kernel's: another thread's host code would be blamed.
void api_one_thread(void) {
    if (!api.used) api.host = pthread_self();
    api.used = true;
    if (pthread_equal(api.host, pthread_self())) return;
    fputs("simt: two host threads call CUDA, which the simulator does not take: launch and copy in one of them\n",
          stderr);
    _exit(1);  // the other thread may be anywhere: no report
}

int api_sticky(void) {
    api_one_thread();
    if (api.sticky != cudaSuccess) api.unread_count = 0;  // the program hears of it now
    return api.sticky;
}

int api_misuse(int error, uint32_t pc, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    finding_add(SIMT_API, pc, 0, NULL, "%s", text);
    api_error(error, pc, text);
    return error;
}

// ---- what the program asks ------------------------------------------------------------------------------------------
cudaError_t cudaPeekAtLastError(void) {
    api.unread_count = 0;
    return api.last;
}

cudaError_t cudaGetLastError(void) {
    const int last = cudaPeekAtLastError();
    api.last = api.sticky;
    return last;
}

cudaError_t cudaDeviceSynchronize(void) {
    return api_sticky();
}

// Memory is gone, and so is what a kernel has broken.
cudaError_t cudaDeviceReset(void) {
    heap_reset();
    api.sticky = api.last = cudaSuccess;
    return cudaSuccess;
}
