// Who runs in the next step. A batch is not a group that starts and ends together: a text that is done leaves it, and
// the next one takes its place at once.
#include "15-inference/inference.h"

// Rule 1 for request r, which runs. Returns how many were sent back, r itself perhaps among them.
static int make_room(struct scheduler *s, struct request *r) {
    int sent_back = 0;
    // BEGIN SOLUTION 15.13 schedule: while r runs and cannot reserve 1 more, the last one that runs is sent back
    while (r->state == RUNNING && !pages_reserve(s->pool, &r->table, 1)) {
        struct request *last = r;
        for (int i = 0; i < s->count; i++)
            if (s->request[i].state == RUNNING) last = &s->request[i];
        pages_release(s->pool, &last->table);
        last->state = WAITING;
        last->done = 0;
        last->preempted++;
        sent_back++;
    }
    // END SOLUTION
    return sent_back;
}

// Rule 2, where `running` requests run already. Returns how many run then.
static int admit(struct scheduler *s, int running) {
    // BEGIN SOLUTION 15.13 schedule: the waiting, in order, while fewer than most run: arrived? prompt + 1 reserved?
    for (int i = 0; i < s->count && running < s->most; i++) {
        struct request *r = &s->request[i];
        if (r->state != WAITING) continue;
        if (r->arrival > s->step || !pages_reserve(s->pool, &r->table, r->prompt + 1)) break;
        r->state = RUNNING;
        r->admitted = s->step;
        running++;
    }
    // END SOLUTION
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
