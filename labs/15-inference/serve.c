// The loop of a server: decide who runs, one step for all of them, write down what came out.
#include <stdlib.h>

#include "15-inference/serve.h"

void schedule_advance(struct scheduler *s) {
    for (int i = 0; i < s->count; i++) {
        struct request *r = &s->request[i];
        if (r->state != RUNNING) continue;
        const int read = r->done == 0 ? r->prompt : 1;
        r->done += r->done == 0 ? r->prompt + 1 : 1;
        r->table.length += read;  // the token that was written last is read in the next step
        if (r->done < r->prompt + r->answer) continue;
        r->state = FINISHED;
        r->finished = s->step;
        pages_release(s->pool, &r->table);
    }
    s->step++;
}

// What waits to be read: rows of one pass, and whose answer each wanted one is.
struct pass {
    struct server *server;
    struct server_row *row;
    struct request **owner;  // of each wanted row
    int **next;              // where its answer's token goes
    int N, wanted;
};

static void read_rows(struct pass *p, int stop) {
    if (p->N == 0) return;
    const int V = p->server->d->config.V;
    const float *logits = server_step(p->server, p->row, p->N);
    for (int i = 0; i < p->wanted; i++) {
        struct request *r = p->owner[i];
        *p->next[i] = token_likeliest(logits + (size_t)i * V, V);
        if (*p->next[i] == stop) r->answer = (r->done == 0 ? 1 : r->done - r->prompt + 1);
    }
    p->N = p->wanted = 0;
}

// A request that runs reads its whole prompt, or the token that it wrote last. Passes are full before they are read: a
// long prompt is cut ("chunked prefill").
static void add_request(struct pass *p, struct request *r, int *text, int stop) {
    const int first = r->done == 0 ? 0 : r->done - 1, end = r->done == 0 ? r->prompt : r->done;
    for (int i = first; i < end; i++) {
        if (p->N == p->server->rows) read_rows(p, stop);
        p->row[p->N++] =
            (struct server_row){.token = text[i], .position = i, .table = &r->table, .wanted = i == end - 1};
    }
    p->owner[p->wanted] = r;
    p->next[p->wanted++] = text + end;
}

static void check(const struct server *s, const struct scheduler *plan) {
    if (plan->most < 1) die("a server that runs %d texts at once serves nobody: let it run 1 or more", plan->most);
    for (int i = 0; i < plan->count; i++) {
        const struct request *r = &plan->request[i];
        const int tokens = r->prompt + r->answer, P = s->pool->P, pages = (tokens + P - 1) / P;
        if (r->prompt < 1 || r->answer < 1)
            die("request %d: %d tokens to read and %d to write, where at least one of each is needed", i, r->prompt,
                r->answer);
        if (tokens > s->d->config.T)
            die("request %d: %d + %d tokens, but the model sees %d at once: ask for fewer", i, r->prompt, r->answer,
                s->d->config.T);
        if (pages > s->pool->pages || pages > r->table.capacity)
            die("request %d needs %d pages of %d positions; there are %d, and its table holds %d: make the pool larger",
                i, pages, P, s->pool->pages, r->table.capacity);
    }
}

static bool all_finished(const struct scheduler *plan) {
    for (int i = 0; i < plan->count; i++)
        if (plan->request[i].state != FINISHED) return false;
    return true;
}

void serve(struct server *s, struct scheduler *plan, int **text, int stop) {
    check(s, plan);
    struct pass p = {.server = s,
                     .row = alloc_zeroed((size_t)s->rows, sizeof *p.row),
                     .owner = alloc_zeroed((size_t)s->rows, sizeof(struct request *)),
                     .next = alloc_zeroed((size_t)s->rows, sizeof(int *))};
    while (!all_finished(plan)) {
        schedule(plan);
        for (int i = 0; i < plan->count; i++)
            if (plan->request[i].state == RUNNING) add_request(&p, &plan->request[i], text[i], stop);
        read_rows(&p, stop);
        schedule_advance(plan);
    }
    free(p.row);
    free(p.owner);
    free(p.next);
}
