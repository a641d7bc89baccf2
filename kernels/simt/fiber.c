// A stack for every thread of a block, and the switch from one to another: a few instructions, no system call. Kernels
// go back and forth at every barrier and shuffle, so it has to be quick.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "simt/runtime.h"

enum { GUARD = 4096, LINE = 64 };  // bytes: the page that no one may touch, a line of the cache

static int stacks;  // so many slots have their guard

// Address space only: a page costs memory when it is touched first.
static void map_stacks(void) {
    void *base = (void *)STACK_BASE;
    void *got = mmap(base, STACK_SIZE * MAX_THREADS, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == base) return;
    fprintf(stderr,
            "the simulator could not reserve %llu MiB of address space for the threads' stacks "
            "(is there a limit, `ulimit -v`?)\n",
            STACK_SIZE * MAX_THREADS >> 20);
    exit(1);
}

// Where a stack begins, at its upper end. Stacks are 64 KiB apart, so all tops would fall into the same lines of the
// cache and drive each other out: each begins a line below its neighbour's.
static uintptr_t stack_top(int slot) {
    if (stacks == 0) map_stacks();
    for (; stacks <= slot; stacks++) mprotect((void *)(STACK_BASE + stacks * STACK_SIZE), GUARD, PROT_NONE);
    return STACK_BASE + (slot + 1) * STACK_SIZE - (unsigned)slot % (GUARD / LINE) * LINE;
}

bool fiber_overflow(uintptr_t address) {
    const uintptr_t below = 1 << 30;  // a frame may be larger than the guard
    return address - (STACK_BASE - below) < below + STACK_SIZE * MAX_THREADS;
}

#ifdef __x86_64__
// A call may change all registers but these six and the stack pointer, so no others need to be kept. (The modes of the
// floating-point units, too, but no kernel changes them.) from in %rdi, to in %rsi.
// (.cfi: where the caller's frame is, for who unwinds the stack after a fault here.)
__asm__(
    ".text\n"
    ".globl fiber_switch\n"
    ".type fiber_switch, @function\n"
    "fiber_switch:\n"
    "    .cfi_startproc\n"
    "    push %rbp\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    push %rbx\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    push %r12\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    push %r13\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    push %r14\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    push %r15\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    mov %rsp, (%rdi)\n"
    "    mov (%rsi), %rsp\n"
    "    pop %r15\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    pop %r14\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    pop %r13\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    pop %r12\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    pop %rbx\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    pop %rbp\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    ret\n"
    "    .cfi_endproc\n"
    ".size fiber_switch, . - fiber_switch\n");

void fiber_make(struct fiber *f, int slot, void (*entry)(void)) {
    void **top = (void **)stack_top(slot);
    *--top = NULL;  // where entry would return to: debuggers and unwinders stop here
    *--top = (void *)entry;
    for (int i = 0; i < 6; i++) *--top = NULL;  // the registers that the first switch takes from here
    f->top = top;
}
#else
#include <ucontext.h>

static ucontext_t context[MAX_THREADS], host;

void fiber_make(struct fiber *f, int slot, void (*entry)(void)) {
    ucontext_t *c = &context[slot];
    getcontext(c);
    c->uc_stack.ss_sp = (void *)(STACK_BASE + slot * STACK_SIZE);
    c->uc_stack.ss_size = stack_top(slot) - (uintptr_t)c->uc_stack.ss_sp;
    makecontext(c, entry, 0);
    f->top = c;
}

void fiber_switch(struct fiber *from, struct fiber *to) {
    if (!from->top) from->top = &host;
    swapcontext(from->top, to->top);
}
#endif
