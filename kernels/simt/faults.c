// What stops a launch from outside: addresses that nothing is at, the time limit. And host code that touches device
// memory.
#define _GNU_SOURCE
#include <execinfo.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>

#include "simt/heap.h"
#include "simt/include/cuda_runtime_api.h"
#include "simt/runtime.h"

enum {
    DEFAULT_SECONDS = 60,
    TICK = 20000,       // microseconds between signals once a launch is late
    PATIENCE = 50,      // ticks in which a late kernel should have called the simulator
    WATCHED = 1 << 20,  // basic blocks that a late kernel is watched for: one round of the loop it is in
    WATCHED_WARPS = 10000,
    FRAMES = 64,
    NULL_SIZE = 1 << 16,  // addresses so small come from a null pointer
};

static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
enum { CAUGHT = sizeof caught / sizeof *caught };

static struct {
    struct sigaction before[CAUGHT];  // the program's own handlers
    int signal;                       // that ended the launch; 0: none
    uintptr_t address;
    uint32_t trace[FRAMES];  // return addresses in this program, from the place of the fault outwards
    int frames;
    double limit;    // seconds
    pthread_t host;  // the thread that launches
} fault;

volatile int simt_late;
static struct {
    int blocks, warps;
    struct thread *thread;  // the lowest that is seen
} watch;

// ---- where ----------------------------------------------------------------------------------------------------------
static bool in_program(uintptr_t pc) {
    extern char __executable_start, etext;
    return pc >= (uintptr_t)&__executable_start && pc < (uintptr_t)&etext;
}

static uintptr_t interrupted(const void *context) {
#ifdef __x86_64__
    return (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
    return ((const ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static void trace_from(uintptr_t pc) {
    void *frame[FRAMES];
    const int n = backtrace(frame, FRAMES);
    int i = 0;
    while (i < n && (uintptr_t)frame[i] != pc) i++;  // the frames before it are the handler's
    fault.frames = 0;
    if (in_program(pc)) fault.trace[fault.frames++] = (uint32_t)pc + 1;  // as if it were a call's return address
    for (i++; i < n; i++)
        if (in_program((uintptr_t)frame[i])) fault.trace[fault.frames++] = (uint32_t)(uintptr_t)frame[i];
}

// The innermost place outside the simulator.
static uint32_t learners_pc(uint32_t otherwise) {
    for (int i = 0; i < fault.frames; i++) {
        const char *file = source_place(fault.trace[i]).file;
        if (*file && !strstr(file, "kernels/simt/")) return fault.trace[i];
    }
    return otherwise;
}

// The call by which a function comes back to itself; 0: there is none.
static uint32_t recursion(void) {
    for (int i = 0; i < fault.frames; i++)
        for (int j = i + 1; j < fault.frames; j++)
            if (fault.trace[i] == fault.trace[j]) return fault.trace[i];
    return 0;
}

// ---- faults ---------------------------------------------------------------------------------------------------------
// A check has already said what is wrong with this line.
static bool explained(uint32_t pc) {
    const struct simt_place place = source_place(pc);
    for (int i = simt_finding_count() - 1; i >= 0; i--) {
        const struct simt_finding *f = simt_finding(i);
        if (f->kind <= SIMT_NEVER_WRITTEN && strcmp(f->kernel, simt_now.kernel) == 0 && f->place.line == place.line &&
            strcmp(f->place.file, place.file) == 0)
            return true;
    }
    return false;
}

static void find_bad_address(uint32_t pc) {
    if (explained(pc)) return;
    if (fault.address < NULL_SIZE)
        finding_add(SIMT_OUT_OF_BOUNDS, pc, 0, "check that cudaMalloc succeeded, and what was passed to the kernel",
                    "the kernel touches address 0x%zx: a null pointer, or an offset from one", (size_t)fault.address);
    else
        finding_add(SIMT_OUT_OF_BOUNDS, pc, 0, "check how the pointer or the index is computed",
                    "the kernel touches address 0x%zx, where no memory is", (size_t)fault.address);
}

// In the scheduler, once the launch has been left.
static void explain(void) {
    const uint32_t pc = learners_pc(simt_now.pc);
    if (fault.signal == SIGSEGV && fiber_overflow(fault.address)) {
        const uint32_t call = recursion();
        simt_now.error = cudaErrorHardwareStackError;
        if (call)
            finding_add(SIMT_STACK, call, 0, "end the recursion early, or write a loop",
                        "a thread's local memory is over 56 KiB: a function calls itself here, again and again");
        else
            finding_add(SIMT_STACK, pc, 0, "keep large arrays in shared or global memory",
                        "a thread's local memory is over 56 KiB: its arrays are too large");
    } else if (fault.signal == SIGFPE) {
        finding_add(SIMT_ASSERT, pc, 0, "test the divisor first: a GPU goes on with a meaningless number",
                    "a division of integers by zero");
    } else if (fault.signal == SIGILL) {
        finding_add(SIMT_ASSERT, pc, 0, "find out which condition led here", "the kernel stops itself: a trap");
    } else {
        find_bad_address(pc);
    }
}

extern void simt_host_fault(void) __attribute__((weak));  // graders have it: the test fails, in words

static bool device_address(uintptr_t p) {
    return heap_holds(p) || shared_holds(p);
}

static void on_fault(int number, siginfo_t *info, void *context) {
    fault.signal = number;
    fault.address = (uintptr_t)info->si_addr;
    if (simt_now.running) {
        trace_from(interrupted(context));
        simt_kill(number == SIGSEGV || number == SIGBUS ? cudaErrorIllegalAddress : cudaErrorLaunchFailure);
    }
    if ((number == SIGSEGV || number == SIGBUS) && device_address(fault.address)) {
        trace_from(interrupted(context));
        finding_add(SIMT_DEVICE_POINTER, learners_pc(0), 0, NULL, "host code touches %s",
                    describe_memory(fault.address, 0, 0).text);
        if (simt_host_fault) simt_host_fault();
        findings_exit(3);
    }
    for (int i = 0; i < CAUGHT; i++)  // again, and then without us
        if (caught[i] == number) sigaction(number, &fault.before[i], NULL);
}

// ---- the time limit -------------------------------------------------------------------------------------------------
static void find_late(void) {
    finding_add(
        SIMT_TIMEOUT, learners_pc(simt_now.pc), 0,
        "look for a loop that does not end; if the work is only long, take a smaller case or set SIMT_TIMEOUT=seconds",
        "the kernel runs longer than %g s, and this thread is still in a loop here", fault.limit);
}

static _Noreturn void end_late(struct thread *t) {
    simt_self = t;
    fault.signal = SIGVTALRM;
    simt_kill(cudaErrorLaunchTimeout);
}

// Keeps fault.trace sorted: the head of a loop is its lowest place, if that has a line.
static void seen_at(uint32_t pc) {
    int i = 0;
    while (i < fault.frames && fault.trace[i] < pc) i++;
    if (i == FRAMES || (i < fault.frames && fault.trace[i] == pc)) return;
    if (fault.frames < FRAMES) fault.frames++;
    memmove(&fault.trace[i + 1], &fault.trace[i], (size_t)(fault.frames - 1 - i) * sizeof *fault.trace);
    fault.trace[i] = pc;
}

// Which of the loop's lines the clock has struck at is chance: so the loop is watched for a while, its head is named.
void simt_late_at(uint32_t pc) {
    struct thread *t = simt_self;
    if (t && pc) {
        if (!watch.thread || t->id < watch.thread->id) watch.thread = t, fault.frames = 0;
        if (t == watch.thread) seen_at(pc + 1);  // what follows the call: clang's calls have no line
        watch.blocks++;
    } else {
        watch.warps++;
    }
    if (watch.blocks < WATCHED && watch.warps < WATCHED_WARPS) return;
    if (watch.thread) end_late(watch.thread);
    struct thread *waiting = &simt_now.thread[0];
    while (waiting->state == ENDED) waiting++;
    seen_at(waiting->pc);
    end_late(waiting);
}

// A program with checks calls the simulator from every basic block, and ends itself. One without is left where it is,
// if that is its own code: the C library may not be left in the middle.
static void on_tick(int number, siginfo_t *info, void *context) {
    (void)number, (void)info;
    simt_late++;
    if (!pthread_equal(pthread_self(), fault.host)) return;
    const uintptr_t pc = interrupted(context);
    if (!simt_self || (simt_instrumented && simt_late <= PATIENCE) || !in_program(pc)) return;
    trace_from(pc);
    end_late(simt_self);
}

static void set_timer(double seconds) {
    const struct itimerval t = {.it_value = {(time_t)seconds, (suseconds_t)(1e6 * (seconds - (double)(time_t)seconds))},
                                .it_interval = {0, TICK}};
    setitimer(ITIMER_VIRTUAL, &t, NULL);
}

static double wanted_limit(void) {
    const char *wanted = getenv("SIMT_TIMEOUT");
    if (!wanted || !*wanted) return DEFAULT_SECONDS;
    char *end;
    double seconds = strtod(wanted, &end);
    if (*end == '\0' && seconds >= 0) return seconds;
    static bool told;
    if (!told) fprintf(stderr, "simt: SIMT_TIMEOUT=%s is not known: give it seconds, 0 for no limit\n", wanted);
    told = true;
    return DEFAULT_SECONDS;
}

// ---- a launch -------------------------------------------------------------------------------------------------------
void faults_begin_launch(void) {
    simt_late = 0;
    memset(&watch, 0, sizeof watch);
    fault.signal = fault.frames = 0;
    fault.host = pthread_self();
    fault.limit = wanted_limit();
    if (fault.limit > 0) set_timer(fault.limit);
}

void faults_end_launch(void) {
    if (fault.limit > 0) setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    simt_late = 0;
    if (fault.signal == SIGVTALRM) find_late();
    else if (fault.signal) explain();
    fault.signal = 0;
}

static void handle(int number, void (*handler)(int, siginfo_t *, void *), struct sigaction *before) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    sigaction(number, &action, before);
}

// Before main: host code may touch device memory before the first launch.
__attribute__((constructor)) static void start(void) {
    static char stack[128 << 10];  // a thread's own may be full
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (int i = 0; i < CAUGHT; i++) handle(caught[i], on_fault, &fault.before[i]);
    handle(SIGVTALRM, on_tick, NULL);
}
