// The simulator's clusters: which block is which, where addresses lie, who waits for whom, and what is said when nobody can go on.
// Kernels are C functions here.
#include "simt/hopper.h"
#include "unit/simt_kernels.h"

void __tsan_init(void);
static volatile int after;  // is changed after a call that is to be named: so no compiler makes a jump of it

static int block(void) {
    return (int)simt_block_index().x;
}

// ---- who is who -----------------------------------------------------------------------------------------------------
static void note_ranks(void *unused) {
    (void)unused;
    const int thread = block() * (int)simt_block_size().x + id();
    result[thread] = (int)(10 * simt_cluster_size() + simt_cluster_rank());
    simt_cluster_arrive();
    simt_cluster_wait();
    counted[thread]++;
}

Test(simt_cluster, every_block_has_its_rank) {
    cr_assert_eq(launch_clusters(note_ranks, 12, 64, 4, 0), cudaSuccess);
    for (int i = 0; i < 12 * 64; i++) cr_assert(result[i] == 40 + i / 64 % 4 && counted[i] == 1, "thread %d", i);
    check_none();
}

Test(simt_cluster, a_block_alone_is_a_cluster) {
    cr_assert_eq(launch1(note_ranks, 3, 40), cudaSuccess);
    for (int i = 0; i < 3 * 40; i++) cr_assert(result[i] == 10 && counted[i] == 1, "thread %d", i);
    check_none();
}

static int begun;

static void say_dimensions(void *unused) {
    (void)unused;
    begun++;
    simt_cluster_dims(2, 1, 2);
    const struct uint3 b = simt_block_index();
    result[b.x + 4 * (b.y + 3 * b.z)] = (int)(1 + simt_cluster_rank());
}

Test(simt_cluster, a_kernel_says_how_large_its_clusters_are) {
    cr_assert_eq(launch(say_dimensions, (struct uint3){4, 3, 2}, (struct uint3){32, 1, 1}), cudaSuccess);
    for (int i = 0; i < 24; i++) cr_assert_eq(result[i], 1 + i % 2 + 2 * (i / 12), "block %d", i);
    cr_assert_eq(begun, 24 * 32 + 1, "the first thread begins again");
    check_none();
}

static void refuse(struct uint3 cluster, unsigned blocks, unsigned threads, enum simt_kind kind, const char *words) {
    simt_forget();
    simt_quiet(true);
    const struct simt_config config = {.grid = {blocks, 1, 1}, .block = {threads, 1, 1}, .cluster = cluster};
    simt_run("kernel", &config, note_ranks, NULL);
    cr_assert_eq(simt_launch(-1)->error, cudaErrorInvalidConfiguration);
    cr_assert_eq(cudaGetLastError(), cudaErrorInvalidConfiguration);
    cr_assert_eq(simt_finding_count(), 1);
    cr_assert_eq(simt_finding(0)->kind, kind);
    cr_assert(strstr(simt_finding(0)->what, words), "%s", simt_finding(0)->what);
    cr_assert_eq(counted[0], 0);
}

Test(simt_cluster, what_is_refused) {
    refuse((struct uint3){2, 1, 1}, 7, 32, SIMT_LAUNCH, "no multiples");
    refuse((struct uint3){16, 1, 1}, 32, 32, SIMT_LAUNCH, "has 8");
    refuse((struct uint3){2, 0, 1}, 2, 32, SIMT_LAUNCH, "is 0");
    refuse((struct uint3){2, 1, 1}, 2, 40, SIMT_UNSUPPORTED, "whole warps");
    refuse((struct uint3){4, 1, 1}, 4, 288, SIMT_UNSUPPORTED, "1024");
    cr_assert_eq(launch_clusters(note_ranks, 8, 128, 8, 0), cudaSuccess, "nothing of it stays");
}

// ---- addresses ------------------------------------------------------------------------------------------------------
enum { DYNAMIC = 3000, TILE = 100, WIDE = 256, WIDER = 512 };

static void look_at_addresses(void *unused) {
    (void)unused;
    char *dynamic = simt_dynamic_shared(1024, "dynamic");
    char *tile = simt_shared_variable("a.cu", 1, 0, TILE, 4, "tile");
    char *wide = simt_shared_variable("a.cu", 2, 1, WIDE, 256, "wide");
    char *wider = simt_shared_variable("a.cu", 3, 2, WIDER, 1024, "wider");
    const uint32_t rank = simt_cluster_rank(), at = simt_shared_address(tile);
    cr_assert_eq(simt_shared_address(dynamic), rank << 24 | 1024);
    cr_assert_eq((uintptr_t)dynamic % 1024, 0);
    cr_assert_geq(at & 0x3ffff, 1024 + DYNAMIC);
    cr_assert_eq(shared_packed((uintptr_t)tile + 7), (at & 0x3ffff) + 7);
    cr_assert_eq(shared_packed((uintptr_t)wide) % 512, 256, "a multiple of 256 that is none of 512");
    cr_assert_eq((uintptr_t)wide % 512, 256);
    cr_assert_eq(shared_packed((uintptr_t)wider) % 1024, 0);
    cr_assert_eq(shared_unpacked(shared_packed((uintptr_t)wide) + 9, (int)rank), wide + 9);
    cr_assert_eq(simt_shared_pointer(simt_shared_address(wider + 5)), wider + 5);
    cr_assert_null(shared_unpacked(1000, 0));
    cr_assert_eq(simt_shared_address(&begun), 0);
    const uint32_t there = simt_cluster_map(tile + 4, 1 - rank);
    cr_assert_eq(there, (1 - rank) << 24 | ((at & 0x3ffff) + 4));
    cr_assert_eq(simt_shared_pointer(there), shared_of_rank(tile + 4, 1 - (int)rank));
    tile[id()] = (char)(10 * rank);
    simt_cluster_arrive();
    simt_cluster_wait();
    cr_assert_eq(*(char *)simt_shared_pointer(there), 10 * (1 - (int)rank));
    simt_cluster_arrive();
    simt_cluster_wait();
}

Test(simt_cluster, every_block_has_its_shared_memory_at_the_same_place) {
    cr_assert_eq(launch_clusters(look_at_addresses, 2, 32, 2, DYNAMIC), cudaSuccess);
    cr_assert_eq(launch_clusters(look_at_addresses, 4, 96, 2, DYNAMIC), cudaSuccess);
    cr_assert_eq(simt_launch(-1)->static_shared, 1024 + WIDER, "as if packed from 0 on");
}

static void look_at_modest_dynamic(void *unused) {
    (void)unused;
    const char *dynamic = simt_dynamic_shared(16, "dynamic");
    cr_assert_eq(shared_packed((uintptr_t)dynamic) % 256, 128, "nobody asked for more");
}

Test(simt_cluster, nobody_is_aligned_by_luck) {
    cr_assert_eq(launch_clusters(look_at_modest_dynamic, 1, 32, 0, 64), cudaSuccess);
}

// ---- barriers -------------------------------------------------------------------------------------------------------
static int passed[8];

static void own_barriers(void *unused) {
    (void)unused;
    const int rank = (int)simt_cluster_rank();
    for (int i = 0; i < 5 * (rank + 1); i++) {
        passed[rank]++;
        simt_barrier(1, 0, 0);
        cr_assert_eq(passed[rank], 64 * (i + 1), "of this block only");
        simt_barrier(2, 0, 0);
    }
    cr_assert_eq(simt_barrier(3, 1, id() < 5 + rank), 5 + rank, "__syncthreads_count");
}

Test(simt_cluster, syncthreads_is_of_a_block) {
    cr_assert_eq(launch_clusters(own_barriers, 4, 64, 4, 0), cudaSuccess);
    cr_assert_eq(simt_launch(-1)->counters.barriers, 10 * (1 + 2 + 3 + 4) + 4);
    check_none();
}

static void all_arrive(void *unused) {
    (void)unused;
    if (simt_cluster_rank() == 1 && id() < 10) return;  // who has ended holds up nobody
    for (int i = 0; i < 6; i++) {
        counted[i]++;
        simt_cluster_arrive();
        result[id()]++;
        simt_cluster_wait();
        cr_assert_eq(counted[i], 3 * 32 - 10);
    }
}

Test(simt_cluster, nobody_passes_the_cluster_s_barrier_early) {
    cr_assert_eq(launch_clusters(all_arrive, 3, 32, 3, 0), cudaSuccess);
    check_none();
}

static void arrive_twice(void *unused) {
    (void)unused;
    THERE, simt_cluster_arrive();
    after++;
    HERE, simt_cluster_arrive();
    after++;
    simt_cluster_wait();
}

Test(simt_cluster, an_arrival_without_a_wait) {
    cr_assert_eq(launch_clusters(arrive_twice, 2, 32, 2, 0), cudaSuccess);
    cr_assert_eq(check_found(SIMT_CLUSTER)->count, 64);
}

static void wait_only(void *unused) {
    (void)unused;
    HERE, simt_cluster_wait();
    after++;
}

Test(simt_cluster, a_wait_without_an_arrival) {
    cr_assert_eq(launch_clusters(wait_only, 2, 32, 2, 0), cudaSuccess);
    check_found(SIMT_CLUSTER);
}

static void one_block_waits(void *unused) {
    (void)unused;
    if (simt_cluster_rank() == 0) {
        simt_cluster_arrive();
        HERE, simt_cluster_wait();
    } else {
        THERE, simt_named_barrier(1, 64, 1);
    }
    after++;
}

Test(simt_cluster, a_deadlock_names_all_who_wait) {
    cr_assert_eq(launch_clusters(one_block_waits, 2, 64, 2, 0), cudaSuccess,
                 "the named barrier opens, and its block ends");
    simt_forget();
    cr_assert_eq(launch_clusters(one_block_waits, 2, 96, 2, 0), cudaErrorLaunchTimeout);
    cr_assert_eq(simt_finding_count(), 2);
    const struct simt_finding *all = simt_finding(0), *some = simt_finding(1);
    if (!strstr(all->what, "cluster")) all = simt_finding(1), some = simt_finding(0);
    cr_assert_eq(all->place.line, line[0]);
    cr_assert(strstr(all->what, "32 of the cluster's 192 threads have not arrived"), "%s", all->what);
    cr_assert(strstr(all->what, "of block (1,0,0)"), "%s", all->what);
    cr_assert_eq(some->place.line, line[1]);
    cr_assert(strstr(some->what, "32 have come"), "%s", some->what);
    cr_assert_eq(some->block[0], 1);
}

// ---- blocks that end ------------------------------------------------------------------------------------------------
static uint64_t *barrier_of_block(void) {
    uint64_t *barrier = simt_shared_variable("b.cu", 1, 0, sizeof *barrier, 8, "barrier");
    if (id() == 0) {
        simt_mbarrier_init(barrier, 1);
        simt_fence_mbarrier_init();
    }
    simt_cluster_arrive();
    simt_cluster_wait();
    return barrier;
}

static void arrive_and_end(void *unused) {
    (void)unused;
    uint64_t *barrier = barrier_of_block();
    const uint32_t there = simt_cluster_map(barrier, 1);
    if (simt_cluster_rank() == 0 && id() == 0) HERE, simt_mbarrier_arrive_at(there);
    after++;
}

Test(simt_cluster, a_block_that_may_end_before_an_arrival_comes) {
    __tsan_init();  // as a program with checks does: only then is it kept who knows what
    cr_assert_eq(launch_clusters(arrive_and_end, 2, 32, 2, 0), cudaSuccess);
    cr_assert(strstr(check_found(SIMT_CLUSTER)->what, "block (1,0,0), which may have ended"));
}

static void arrive_and_wait(void *unused) {
    (void)unused;
    uint64_t *barrier = barrier_of_block();
    const uint32_t there = simt_cluster_map(barrier, 1);
    if (simt_cluster_rank() == 0 && id() == 0) simt_mbarrier_arrive_at(there);
    if (simt_cluster_rank() == 1 && id() == 5) simt_mbarrier_wait(barrier, 0);
}

Test(simt_cluster, a_block_that_waits_for_the_arrival) {
    __tsan_init();
    cr_assert_eq(launch_clusters(arrive_and_wait, 2, 32, 2, 0), cudaSuccess);
    check_none();
}

static void arrive_and_meet(void *unused) {
    (void)unused;
    uint64_t *barrier = barrier_of_block();
    const uint32_t there = simt_cluster_map(barrier, 1);
    if (simt_cluster_rank() == 0 && id() == 0) simt_mbarrier_arrive_at(there);
    simt_cluster_arrive();
    simt_cluster_wait();
}

Test(simt_cluster, blocks_that_meet_at_the_end) {
    __tsan_init();
    cr_assert_eq(launch_clusters(arrive_and_meet, 4, 64, 2, 0), cudaSuccess);
    check_none();
}
