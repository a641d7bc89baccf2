#include "24-tensor-cores/pictures.h"

#include <math.h>
#include <stdlib.h>

#include "24-tensor-cores/gemm.h"
#include "24-tensor-cores/probes.h"
#include "common/common.h"

// ---- who holds what -------------------------------------------------------------------------------------------------
// As the instructions do it (probes.cu), not as fragments.cu says.
void write_fragments(const char *out) {
    struct probed_fragments f;
    static struct place d[128 * 32];
    probe_mma(&f);
    probe_wgmma_d(d);
    struct csv_log log;
    csv_open(&log, out, "fragments.csv", "matrix,row,column,holder,number");
    for (int i = 0; i < 32 * 8; i++) csv_row(&log, "a,%d,%d,%d,%d", f.a[i].row, f.a[i].column, i / 8, i % 8);
    for (int i = 0; i < 32 * 4; i++) csv_row(&log, "b,%d,%d,%d,%d", f.b[i].row, f.b[i].column, i / 4, i % 4);
    for (int i = 0; i < 32 * 4; i++) csv_row(&log, "c,%d,%d,%d,%d", f.c[i].row, f.c[i].column, i / 4, i % 4);
    for (int i = 0; i < 128 * 32; i++)
        if (d[i].column < 16) csv_row(&log, "d,%d,%d,%d,%d", d[i].row, d[i].column, i / 32, i % 32);
    csv_close(&log);
}

// ---- the swizzle ----------------------------------------------------------------------------------------------------
// Of each 16 bytes of 8 rows, which four of the 32 banks keep them: group 0 is banks 0 to 3.
void write_swizzle(const char *out) {
    enum { ROWS = 8, SPAN = 128 };
    static uint16_t kept[ROWS * SPAN / 2];
    probe_tma(kept, ROWS, SPAN);
    struct csv_log log;
    csv_open(&log, out, "swizzle.csv", "row,chunk,straight,swizzled");
    for (int row = 0; row < ROWS; row++)
        for (int chunk = 0; chunk < SPAN / 16; chunk++) {
            int number = (row * SPAN + chunk * 16) / 2, place = 0;
            while (kept[place] != number) place++;
            csv_row(&log, "%d,%d,%d,%d", row, chunk, chunk, place * 2 % 128 / 16);
        }
    csv_close(&log);
}

// ---- orders of tiles ------------------------------------------------------------------------------------------------
enum { ORDER_BITS = 5, SIDE = 1 << ORDER_BITS, BLOCKS = 132, GROUP = 8 };

static struct place row_by_row(int bits, int tile) {
    return (struct place){tile >> bits, tile & ((1 << bits) - 1)};
}

static struct place grouped(int bits, int tile) {
    int inside = tile % (GROUP << bits);
    return (struct place){tile / (GROUP << bits) * GROUP + inside % GROUP, inside / GROUP};
}

static const struct order {
    const char *name;
    struct place (*place)(int bits, int tile);
} orders[] = {{"row by row", row_by_row}, {"groups of 8 rows", grouped}, {"Hilbert", hilbert}};

// Strips of A and of B that `tiles` tiles which follow each other need, on average over all places to start.
static double strips(const struct order *order, int tiles) {
    long sum = 0;
    for (int start = 0; start + tiles <= SIDE * SIDE; start++) {
        bool row[SIDE] = {0}, column[SIDE] = {0};
        for (int tile = start; tile < start + tiles; tile++) {
            struct place p = order->place(ORDER_BITS, tile);
            sum += !row[p.row] + !column[p.column];
            row[p.row] = column[p.column] = true;
        }
    }
    return (double)sum / (SIDE * SIDE - tiles + 1);
}

// The figure shows a square of 16 x 16 tiles, and of each order the first 33: as many as a quarter of the multiprocessors take.
void write_orders(const char *out) {
    enum { BITS = 4, SHOWN = 33 };
    struct csv_log log;
    csv_open(&log, out, "orders.csv", "order,tile,row,column,first");
    printf("\n%d tiles at a time, of %d x %d: strips of A and of B that they read\n", BLOCKS, SIDE, SIDE);
    for (int o = 0; o < COUNT(orders); o++) {
        for (int tile = 0; tile < 1 << (2 * BITS); tile++) {
            struct place p = orders[o].place(BITS, tile);
            csv_row(&log, "%d,%d,%d,%d,%d", o, tile, p.row, p.column, tile < SHOWN);
        }
        double read = strips(&orders[o], BLOCKS);
        printf("  %-18s %6.1f strips, %5.2f tiles for each\n", orders[o].name, read, BLOCKS / read);
    }
    csv_close(&log);
    csv_open(&log, out, "strips.csv", "tiles,rows,groups,hilbert");
    static const int tiles[] = {4, 8, 16, 24, 32, 48, 64, 96, 132, 192, 256};
    for (int i = 0; i < COUNT(tiles); i++)
        csv_row(&log, "%d,%g,%g,%g", tiles[i], strips(&orders[0], tiles[i]) / tiles[i],
                strips(&orders[1], tiles[i]) / tiles[i], strips(&orders[2], tiles[i]) / tiles[i]);
    csv_close(&log);
}

// ---- who waits for whom ---------------------------------------------------------------------------------------------
// A model of one multiprocessor, in cycles. A copy takes LATENCY (assumed) until it lands, and the way from the L2 cache is
// busy for its bytes / L2_RATE meanwhile: 5120 bytes a cycle for all 132 multiprocessors, NVIDIA's A100 white paper; for Hopper it
// names no number. Multiplying takes what 2048 multiply-adds a cycle allow. C goes out at 64 bytes a cycle from registers (half
// sectors); by TMA at 128, through shared memory, and only writing it there keeps the consumer.
enum { TILES = 3, STEPS = 8, LATENCY = 800 };
static const double L2_RATE = 5120.0 / 132;

struct timeline {
    int rung, stages, BM, BN;
    double bytes;     // of a step, from L2
    bool ring;        // a producer fills stages ahead; if not, the same thread copies and waits
    bool persistent;  // it goes on filling while C is being stored
    double store;     // cycles that C takes of the consumer
};

// Returns the share of the time in which the tensor cores work.
static double draw_timeline(struct csv_log *log, const struct timeline *t) {
    double compute = (double)t->BM * t->BN * 64 / 2048, send = t->bytes / L2_RATE;
    double released[TILES * STEPS], now = 0, way_free = 0, begin = 0;  // begin: of the pipeline
    for (int n = 0; n < TILES * STEPS; n++) {
        if (n % STEPS == 0 && !t->persistent) begin = now;
        double asked = begin;
        if (!t->ring) asked = now;
        if (t->ring && n >= t->stages) asked = fmax(begin, released[n - t->stages]);
        way_free = fmax(way_free, asked) + send;
        double landed = way_free + LATENCY, start = fmax(now, landed);
        csv_row(log, "%d,copy,%d,%g,%g", t->rung, n % t->stages, asked, landed);
        csv_row(log, "%d,multiply,%d,%g,%g", t->rung, n % t->stages, start, start + compute);
        now = released[n] = start + compute;
        if (n % STEPS < STEPS - 1) continue;
        csv_row(log, "%d,store,%d,%g,%g", t->rung, n % t->stages, now, now + t->store);
        now += t->store;
    }
    return TILES * STEPS * compute / now;
}

void write_pipeline(const char *out) {
    static const struct timeline rungs[] = {
        {.rung = 12, .stages = 1, .BM = 64, .BN = 64, .bytes = 16384, .store = 64 * 64 * 2 / 64.0},
        {.rung = 14, .stages = 5, .BM = 128, .BN = 128, .bytes = 32768, .ring = true, .store = 128 * 128 * 2 / 64.0},
        {.rung = 17,
         .stages = 4,
         .BM = 128,
         .BN = 256,
         .bytes = 49152,
         .ring = true,
         .persistent = true,
         .store = 128 * 256 * 2 / 64.0},
        {.rung = 23,
         .stages = 4,
         .BM = 128,
         .BN = 256,
         .bytes = 32768,
         .ring = true,
         .persistent = true,
         .store = 128 * 256 * 2 / 128.0},
    };
    struct csv_log log;
    csv_open(&log, out, "pipeline.csv", "rung,what,stage,begin,end");
    printf(
        "\n%d tiles of %d steps (K = %d) on one multiprocessor, one block at a time, if a copy takes %d cycles and L2 "
        "gives %.1f "
        "bytes a cycle\n",
        TILES, STEPS, 64 * STEPS, LATENCY, L2_RATE);
    for (int i = 0; i < COUNT(rungs); i++)
        printf("  rung %d: the tensor cores work %4.1f%% of the time\n", rungs[i].rung,
               100 * draw_timeline(&log, &rungs[i]));
    csv_close(&log);
}
