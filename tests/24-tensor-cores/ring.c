// Tests of ring.cuh and ring.cu: who waits for which phase, and a kernel that is nothing but a ring.
#include "24-tensor-cores/definitions.h"

EXERCISE(ring_stage, .number = "24.5", .points = 1) {
    for (int stages = 1; stages <= 8; stages++)
        for (int n = 0; n < 40; n++) {
            char what[100];
            snprintf(what, sizeof what, "ring_stage(%d, %d), the buffer of step %d", n, stages, n);
            suspect_scalar("this is the round; the stage is the place in the round", n / stages);
            grade_scalar(what, ring_stage(n, stages), n % stages, 1e-12);
        }
}

// A ring as it runs: the producer has filled the steps before `filled`, the consumer has emptied those before `emptied`. The
// phase of a stage's barrier that is running is how often it has been filled, or emptied.
static int rounds_of(int stage, int stages, int done) {
    return (done - stage + stages - 1) / stages;
}

// Does a wait for this parity pass, while phase `running` runs?
static bool passes(int parity, int running) {
    return running % 2 != parity;
}

static void grade_parity(const char *name, int parity, int n, int stages) {
    grade_true(parity == 0 || parity == 1, "%s(%d, %d) is %d; a parity is 0 or 1", name, n, stages, parity);
}

typedef int parity_of_step(int n, int stages);

// The chapter's example, three rounds of a ring of three. inverted: what all parities are that are the other one.
static void grade_example(const char *name, parity_of_step *parity, const int want[9], const char *inverted) {
    bool other = true, of_step = true, two_rounds = true;
    for (int n = 0; n < 9; n++) {
        const int got = parity(n, 3);
        grade_parity(name, got, n, 3);
        other = other && got == 1 - want[n];
        of_step = of_step && got == (want[0] + n) % 2;
        two_rounds = two_rounds && got == want[n < 6 ? n : 3];
    }
    const char *looks =
        other        ? inverted
        : of_step    ? "the parity of the step; every stage has barriers of its own, and step n is its round n / stages"
        : two_rounds ? "right for two rounds only: parities alternate, 0, 1, 0, 1, ..."
                     : NULL;
    for (int n = 0; n < 9; n++)
        grade_true(parity(n, 3) == want[n], "the chapter's example: %s(%d, 3) is %d, not %d%s%s", name, n, parity(n, 3),
                   want[n], looks ? "; looks like: " : "", looks ? looks : "");
}

EXERCISE(ring_full_parity, .number = "24.5", .points = 2) {
    static const int want[9] = {0, 0, 0, 1, 1, 1, 0, 0, 0};
    grade_example("ring_full_parity", ring_full_parity, want, "this is what the producer waits for");
    for (int stages = 1; stages <= 8; stages++)
        for (int n = 0; n < 8 * stages; n++)
            for (int filled = n; filled <= n + stages; filled++) {  // the consumer has emptied n steps
                int parity = ring_full_parity(n, stages), running = rounds_of(n % stages, stages, filled);
                grade_parity("ring_full_parity", parity, n, stages);
                if (filled > n)
                    grade_true(passes(parity, running),
                               "%d stages, step %d: ring_full_parity is %d. Its data are there, %d steps are filled "
                               "and phase %d of the full "
                               "barrier runs, but the wait does not pass: the consumer waits forever",
                               stages, n, parity, filled, running);
                else
                    grade_true(!passes(parity, running),
                               "%d stages, step %d: ring_full_parity is %d. Only %d steps are filled, phase %d of its "
                               "full barrier runs, and the "
                               "wait passes at once: the consumer reads what is not there yet",
                               stages, n, parity, filled, running);
            }
}

EXERCISE(ring_empty_parity, .number = "24.5", .points = 3) {
    static const int want[9] = {1, 1, 1, 0, 0, 0, 1, 1, 1};
    grade_example("ring_empty_parity", ring_empty_parity, want,
                  "this is what the consumer waits for; the producer waits for the round before");
    for (int stages = 1; stages <= 8; stages++)
        for (int n = 0; n < 8 * stages; n++)
            for (int emptied = n < stages ? 0 : n - stages; emptied <= n;
                 emptied++) {  // the producer has filled n steps
                int parity = ring_empty_parity(n, stages), running = rounds_of(n % stages, stages, emptied);
                grade_parity("ring_empty_parity", parity, n, stages);
                if (emptied + stages > n)
                    grade_true(passes(parity, running),
                               "%d stages, step %d: ring_empty_parity is %d. Its buffer is free, %d steps are read and "
                               "phase %d of the empty "
                               "barrier runs, but the wait does not pass: the producer waits forever",
                               stages, n, parity, emptied, running);
                else
                    grade_true(!passes(parity, running),
                               "%d stages, step %d: ring_empty_parity is %d. Step %d is still in its buffer, only %d "
                               "steps are read and phase %d "
                               "of the empty barrier runs, but the wait passes at once: the producer overwrites what "
                               "is not read yet",
                               stages, n, parity, n - stages, emptied, running);
            }
}

// ---- ring_double --------------------------------------------------------------------------------------------------------
static void grade_double(int n, int piece, int stages) {
    float *in = grade_floats(n), *out = gpu_output(n);
    double *want = grade_doubles(n);
    for (int i = 0; i < n; i++) want[i] = 2.0 * in[i];
    char what[200];
    snprintf(what, sizeof what, "ring_double of %d floats in pieces of %d, %d stage%s", n, piece, stages,
             stages > 1 ? "s" : "");
    ring_double(out, gpu_copy(in, n), n, piece, stages);
    gpu_launched(what);
    const float *got = gpu_fetch(out, n);
    gpu_clean();  // was all of it written?
    suspect_factor("the pieces are copied, not doubled", 1.0 / 2);
    suspect_factor("every piece is doubled twice", 2);
    strcat(what, ": out");
    grade_array(what, got, want, AXES("i", n), 1e-7);
    gpu_forget();
}

// The counters of one launch of `pieces` pieces.
static struct simt_counters count_double(int pieces, int piece, int stages) {
    int n = pieces * piece;
    const float *in = gpu_copy(grade_floats(n), n);
    float *out = gpu_output(n);
    gpu_forget();
    ring_double(out, in, n, piece, stages);
    gpu_launched("ring_double");
    struct simt_counters c = gpu_counters();
    gpu_forget();
    return c;
}

EXERCISE(ring_double, .number = "24.5", .points = 6, .needs = "ring_stage ring_full_parity ring_empty_parity",
         .seconds = 20) {
    grade_double(64, 64, 1);
    grade_double(4 * 32, 32, 2);
    grade_double(7 * 64, 64, 3);
    grade_double(20 * 16 + 4, 16, 4);  // the last piece is not whole
    grade_double(4, 256, 8);
    for (int stages = 1; stages <= 8; stages++) grade_double(4 * grade_int(1, 300), 4 * grade_int(4, 64), stages);
    const int pieces = 12, piece = 64;
    struct simt_counters c = count_double(pieces, piece, 4), fewer = count_double(pieces / 2, piece, 4);
    grade_true(c.tma_loads >= (uint64_t)pieces,
               "ring_double: %lu copies by TMA for %d pieces; the producer copies every piece",
               (unsigned long)c.tma_loads, pieces);
    grade_true(c.tma_loads == (uint64_t)pieces, "ring_double: %lu copies by TMA for %d pieces; one for each is enough",
               (unsigned long)c.tma_loads, pieces);
    grade_true(c.global[SIMT_LOAD].bytes == 0,
               "ring_double: threads load global memory themselves; the pieces come by TMA");
    grade_true(c.barriers == fewer.barriers,
               "ring_double: %lu __syncthreads for %d pieces, %lu for %d. In a ring producer and consumers meet only "
               "at the barriers of the "
               "stages; __syncthreads makes all wait for all",
               (unsigned long)c.barriers, pieces, (unsigned long)fewer.barriers, pieces / 2);
    grade_true(c.mbarrier_arrivals >= 2ull * pieces,
               "ring_double: %lu arrivals at mbarriers for %d pieces; each piece needs the producer's at \"full\" and "
               "its readers' at "
               "\"empty\"",
               (unsigned long)c.mbarrier_arrivals, pieces);
    grade_true((double)c.global[SIMT_STORE].requests <= pieces * piece / 32,
               "ring_double: %lu writes of a warp to global memory for %d pieces of %d floats, %d would do: all 128 "
               "consumers share a piece, and neighbours write neighbours",
               (unsigned long)c.global[SIMT_STORE].requests, pieces, piece, pieces * piece / 32);
    for (int stages = 1; stages <= 8; stages++) {
        const unsigned long ahead = (unsigned long)count_double(2 * stages + 3, piece, stages).tma_ahead;
        grade_true(ahead >= (unsigned long)stages,
                   "ring_double with %d stages: never more than %lu pieces on their way at the same time; the producer "
                   "waits only for an empty stage, never for its own copy, and has a warp to itself",
                   stages, ahead);
        grade_true(ahead <= (unsigned long)stages,
                   "ring_double with %d stage%s: %lu pieces on their way at the same time; the ring has as many "
                   "buffers as the caller says, not more",
                   stages, stages > 1 ? "s" : "", ahead);
    }
}
