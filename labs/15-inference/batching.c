// Who runs in the next step. A batch is not a group that starts and ends together: a text that is done leaves it, and
// the next one takes its place at once.
#include "15-inference/inference.h"

// Rule 1 for request r, which runs. Returns how many were sent back, r itself perhaps among them.
static int make_room(struct scheduler *s, struct request *r) {
    int sent_back = 0;
    // TODO 15.13 schedule: while r runs and cannot reserve 1 more, the last one that runs is sent back
    todo("15.13 schedule");
    return sent_back;
}

// Rule 2, where `running` requests run already. Returns how many run then.
static int admit(struct scheduler *s, int running) {
    // TODO 15.13 schedule: the waiting, in order, while fewer than most run: arrived? prompt + 1 reserved?
    todo("15.13 schedule");
    return running;
}

int schedule(struct scheduler *s) {
    int running = 0, sent_back = 0;
    for (int i = 0; i < s->count; i++) {
        if (s->request[i].state == RUNNING) sent_back += make_room(s, &s->request[i]);
        running += s->request[i].state == RUNNING;
    }
    return sent_back > 0 ? running : admit(s, running);
}
