// Who touched what last: a cell for every 4 bytes (2, or 1, where smaller accesses were seen), shared by shadow.c, race.c and hooks.c.
//
// Time: an epoch ends at every barrier of a block, and a block begins a new one. Blocks run one after another, so the numbers only
// grow. Within an epoch, ticks count the times that lanes of a warp met (__syncwarp), or a thread fenced or sent a message.
#pragma once
#include "simt/runtime.h"

enum { ACCESS_VOLATILE = 4, ACCESS_CAS = 8 };  // besides ACCESS_WRITE, ACCESS_ATOMIC; CAS: an atomic, too
enum { THREAD = 1023, ATOMIC = 1024, OF_WARP = 2048, OF_WARPS = 4096, OF_BLOCKS = 8192, VOLATILE = 16384, CAS = 32768 };
struct mark {  // the last write, or the last read
    uint32_t epoch, pc;
    uint16_t tick;
    uint16_t
        who;  // thread; how (ATOMIC, VOLATILE: all that read so did); other lanes read too, other warps, other blocks
};
struct cell {
    struct mark write, read;
};
#define PENDING UINT32_MAX  // write.epoch of bytes that cp.async or TMA will bring
enum {
    ENGINE = OF_WARPS
};  // of a write: no thread made it, and in the place of the thread is the number of its barrier

struct shadow {
    struct cell *cells;
    uint8_t *written;  // a bit per byte: written at all; NULL: not kept
    size_t size;       // bytes
    unsigned shift;    // a cell stands for 1 << shift bytes
    unsigned sizes;    // of the accesses so far, or-ed
};
struct shadow *shadow_make(size_t size, bool written);
struct shadow shadow_in(void *room, size_t size);  // cells in room that lasts, sizeof(struct cell) for each byte
void shadow_free(struct shadow *s);
void shadow_forget_pending(void);  // a block has ended: what was on its way to its shared memory never comes
void shadow_split(struct shadow *s, unsigned shift);  // makes the cells finer
void shadow_copy_written(uintptr_t to, uintptr_t from,
                         size_t size);  // device to device: unwritten bytes stay unwritten

struct shadow_time {
    uint32_t launch, block, epoch;  // the epoch in which the launch, the block began; that of now
    uint16_t tick;
    unsigned careful;  // accesses are looked at one by one, because of
    bool used;         // something was noted at this tick; kept only with MESSAGES
};
enum { DOUBT = 1, MESSAGES = 2 };  // a write that may turn out to bring the same value (race.c); clock.c
extern struct shadow_time shadow_now;

// How a mark was made, for access_...(how), and what is known of two of them.
static inline unsigned mark_kind(int how) {
    if (how & ACCESS_ATOMIC) return how & ACCESS_CAS ? ATOMIC | CAS : ATOMIC;
    return how & ACCESS_VOLATILE ? VOLATILE : 0;
}
static inline unsigned weaker_kind(unsigned a, unsigned b) {
    a &= ATOMIC | VOLATILE, b &= ATOMIC | VOLATILE;
    return a == b ? a : a && b ? (unsigned)VOLATILE : 0;
}

// ---- race.c: what is not plainly in order. size: of the bytes that the cell stands for
// True: this block never wrote the bytes (of shared memory).
bool race_read(struct cell *c, uintptr_t address, unsigned size, int how, uint32_t pc);
void race_write(struct cell *c, uintptr_t address, unsigned size, int how, uint32_t pc);
void race_mark_read(struct cell *c, int how, uint32_t pc);  // another thread read it before in this epoch, or block
void race_settle(void);                                     // the doubtful write has happened
void race_carefully(uintptr_t address, unsigned size, int how,
                    uint32_t pc);  // before an access, where shadow_now.careful

// ---- readers.c: a read of shared memory, where there are MESSAGES
void readers_note(uintptr_t address, uint32_t pc);

// ---- order.c: order without a barrier of the block
bool order_in_block(
    const struct mark *m);  // another thread of this block did it in this epoch: before what simt_self does now?
bool order_of_blocks(const struct mark *m);  // the same of another block of this launch
bool order_any_block(void);                  // this block has waited for others in some way
bool order_saw_atomic(void);                 // this block did one
void order_atomic(uintptr_t address);        // simt_self takes over what was released here, and releases what it fenced
