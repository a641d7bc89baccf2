// To be written: its owner replaces this file.
#include "simt/hopper.h"

void clock_begin_block(void) {}
uint64_t clock_now(void) { return 0; }
void clock_send(struct message *to) { (void)to; }
void clock_receive(const struct message *from) { (void)from; }
void clock_receive_for(int thread, const struct message *from) { (void)thread, (void)from; }
bool clock_knows(int thread, int other, uint64_t time) { (void)thread, (void)other, (void)time; return false; }
void clock_forget(struct message *m) { (void)m; }
