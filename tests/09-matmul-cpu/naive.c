#define _DEFAULT_SOURCE  // for MAP_ANONYMOUS
// Tests of naive.c, loop_order.c, blocked.c.
#include "09-matmul-cpu/definitions.h"

// An arena of pages nobody may touch. Touching one raises a signal, whose handler lets the page in, counts it, and
// locks the one that came in first of the RESIDENT_MAX or fewer: a cache of pages, by the machine's own means.
enum { RESIDENT_MAX = 512 };

static struct {
    char *start;
    size_t page, size;
    int resident, next;  // how many may be in at a time, whose turn it is to go
    char *in[RESIDENT_MAX];
    volatile long loads;
} arena;

static void let_in(int signal_number, siginfo_t *info, void *context) {
    (void)context;
    char *address = info->si_addr;
    if (address < arena.start || address >= arena.start + arena.size) {  // a true fault
        signal(signal_number, SIG_DFL);
        return;
    }
    char *page = arena.start + (size_t)(address - arena.start) / arena.page * arena.page;
    if (arena.in[arena.next]) mprotect(arena.in[arena.next], arena.page, PROT_NONE);
    mprotect(page, arena.page, PROT_READ | PROT_WRITE);
    arena.in[arena.next] = page;
    arena.next = (arena.next + 1) % arena.resident;
    arena.loads++;
}

static void arena_open(int pages, int resident) {
    memset(&arena, 0, sizeof arena);
    arena.page = (size_t)sysconf(_SC_PAGESIZE);
    arena.size = arena.page * (size_t)pages;
    arena.resident = resident;
    arena.start = mmap(NULL, arena.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    grade_true(arena.start != MAP_FAILED, "the test itself found no memory for %d pages", pages);
    struct sigaction action = {.sa_sigaction = let_in, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

static void arena_close(void) {
    munmap(arena.start, arena.size);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
}

// Runs one product whose B has a page to each row; returns how many pages were loaded, with `resident` in at a time.
static long page_loads(matmul_function *run, enum matmul_form form, int M, int N, int K, int resident) {
    int floats = (int)sysconf(_SC_PAGESIZE) / (int)sizeof(float), rows = form == MATMUL_NT ? N : K;
    int a_pages = (M * K) / floats + 1, c_pages = (M * N) / floats + 1;
    arena_open(a_pages + c_pages + rows, resident);
    float *A = (float *)(void *)arena.start, *C = A + a_pages * floats, *B = C + c_pages * floats;
    arena.loads = 0;
    run(form, M, N, K, 1, A, form == MATMUL_TN ? M : K, B, floats, 0, C, N);
    long loads = arena.loads;
    arena_close();
    return loads;
}

EXERCISE(matmul_naive, .number = "09.3", .points = 7, .needs = "matmul_view matmul_scale") {
    grade_rung("matmul_naive", matmul_naive, 5);
}

EXERCISE(matmul_loop_order, .number = "09.5", .points = 9, .needs = "matmul_view matmul_scale") {
    grade_rung("matmul_loop_order", matmul_loop_order, 11);
    int M = 6, N = 33, K = 40;
    for (int form = 0; form < 3; form++) {
        long best = form == MATMUL_NT ? M * N : M * K;
        long loads = page_loads(matmul_loop_order, (enum matmul_form)form, M, N, K, 16);
        grade_true(loads < 2 * best + 40,
                   "%s with M %d, N %d, K %d and a page to each row of B: %ld page loads, %ld are needed: "
                   "the innermost loop walks across the rows of B, not along one",
                   form_names[form], M, N, K, loads, best);
    }
}

EXERCISE(matmul_blocked, .number = "09.6", .points = 9, .needs = "matmul_loop_order", .seconds = 10) {
    grade_rung("matmul_blocked", matmul_blocked, 5);
    for (int form = 0; form < 3; form++)
        grade_product("matmul_blocked", matmul_blocked,
                      random_problem((enum matmul_form)form, grade_int(3, 9), MATMUL_BLOCK + grade_int(1, 30),
                                     2 * MATMUL_BLOCK + grade_int(1, 30), 0.5f, 0.5f));
    int M = 20, N = 40, K = 2 * MATMUL_BLOCK + 44, needed = K + 10;
    long loads = page_loads(matmul_blocked, MATMUL_NN, M, N, K, MATMUL_BLOCK + 32);
    grade_true(
        loads < 2 * needed,
        "NN with M %d, N %d, K %d and a page to each row of B, %d pages in at a time: %ld page loads, about %d are "
        "needed: every row of C fetches all of B again",
        M, N, K, MATMUL_BLOCK + 32, loads, needed);
}
