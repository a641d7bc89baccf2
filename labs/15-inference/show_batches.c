// One stream of requests, one memory, three ways to serve it: who runs in which step.
#include <stdlib.h>

#include "15-inference/show_serving.h"

const struct serving_way serving_way[SERVING_WAYS] = {
    {"static batches, longest in advance", "static", STREAM_LONGEST, 4, true},
    {"continuous, longest in advance", "continuous", STREAM_LONGEST, 4, false},
    {"continuous, pages of 8", "paged", 8, 16, false}};

void stream_requests(struct request *request, int longest, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 152);
    for (int i = 0, arrival = 0; i < STREAM; i++) {
        const int prompt = 3 + rng_below(&r, 8), most = longest - prompt;
        const int wanted = i % 4 == 1 ? 40 + rng_below(&r, 14) : 4 + rng_below(&r, 16);
        request[i] = (struct request){.arrival = arrival, .prompt = prompt, .answer = wanted < most ? wanted : most};
        arrival += rng_below(&r, 4);
    }
}

void stream_plan(struct scheduler *plan, const struct serving_way *way, const struct request *request, int L, int G,
                 int D) {
    const int pages = STREAM_ROOM / way->P;
    *plan = (struct scheduler){.count = STREAM, .most = way->most};
    plan->request = alloc_zeroed(STREAM, sizeof *plan->request);
    plan->pool = alloc_zeroed(1, sizeof *plan->pool);
    page_pool_init(plan->pool, pages, way->P, L, G, D);
    for (int i = 0; i < STREAM; i++) {
        plan->request[i] = request[i];
        plan->request[i].admitted = plan->request[i].finished = -1;
        page_table_init(&plan->request[i].table, pages);
    }
}

void stream_plan_free(struct scheduler *plan) {
    for (int i = 0; i < STREAM; i++) page_table_free(&plan->request[i].table);
    page_pool_free(plan->pool);
    free(plan->pool);
    free(plan->request);
}

// ---- who sits where -------------------------------------------------------------------------------------------------
// A place (row of the figure) for everybody who runs: the lowest that is free. request[place], -1: empty.
struct places {
    int request[STREAM], since[STREAM], count;
    struct csv_log log;
};

// Before the steps of `plan` move on: who is new, who is gone.
static void seat(struct places *p, const struct scheduler *plan, int way) {
    for (int place = 0; place < STREAM; place++) {
        const int i = p->request[place];
        const struct request *r = i < 0 ? NULL : &plan->request[i];
        if (!r || (r->state == RUNNING && r->admitted <= p->since[place])) continue;
        csv_row(&p->log, "%d,%d,%d,%d,%d,%d", way, place, i, p->since[place], plan->step, r->state != FINISHED);
        p->request[place] = -1;
    }
    for (int i = 0; i < plan->count; i++) {
        if (plan->request[i].state != RUNNING || plan->request[i].admitted != plan->step) continue;
        int place = 0;
        while (p->request[place] >= 0) place++;
        p->request[place] = i;
        p->since[place] = plan->step;
        if (place >= p->count) p->count = place + 1;
    }
}

// ---- one way --------------------------------------------------------------------------------------------------------
struct served {
    int steps, running[1000], finished[1000], filled[1000];
    int most;                 // that ran at once
    double latency, longest;  // steps from arrival to the last token: mean and longest
    double filled_share;      // of the memory's positions, over all steps
    int preempted, tokens;
};

static void count_step(struct served *v, const struct scheduler *plan, int running) {
    v->running[v->steps] = running;
    if (running > v->most) v->most = running;
    for (int i = 0; i < plan->count; i++) {
        v->finished[v->steps] += plan->request[i].state == FINISHED;
        v->filled[v->steps] += plan->request[i].table.length;
    }
    v->steps++;
}

static void run_stream(struct served *v, int way, const struct request *request, struct csv_log *timeline) {
    struct scheduler plan;
    struct places places = {.log = *timeline};
    for (int i = 0; i < STREAM; i++) places.request[i] = -1;
    stream_plan(&plan, &serving_way[way], request, 1, 1, 1);
    *v = (struct served){0};
    int running = 0, done = 0;
    while (done < STREAM && v->steps < 1000) {
        plan.most = serving_way[way].batch && running > 0 ? 0 : serving_way[way].most;
        running = schedule(&plan);
        seat(&places, &plan, way);
        schedule_advance(&plan);
        count_step(v, &plan, running);
        running = done = 0;
        for (int i = 0; i < STREAM; i++) running += plan.request[i].state == RUNNING;
        for (int i = 0; i < STREAM; i++) done += plan.request[i].state == FINISHED;
    }
    seat(&places, &plan, way);
    for (int i = 0; i < STREAM; i++) {
        const struct request *r = &plan.request[i];
        const double latency = r->finished + 1 - r->arrival;
        v->latency += latency / STREAM;
        if (latency > v->longest) v->longest = latency;
        v->preempted += r->preempted;
        v->tokens += r->answer;
    }
    for (int i = 0; i < v->steps; i++) v->filled_share += (double)v->filled[i] / STREAM_ROOM / v->steps;
    *timeline = places.log;
    stream_plan_free(&plan);
}

void show_batches(const struct show *s) {
    struct request request[STREAM];
    struct served *v = alloc_zeroed(SERVING_WAYS, sizeof *v);
    struct csv_log timeline, steps;
    stream_requests(request, STREAM_LONGEST, s->seed);
    csv_open(&timeline, s->out, "timeline.csv", "way,place,request,from,to,sent_back");
    printf("\n%d requests, one memory of %d positions (%d texts of the longest length)\n", STREAM, STREAM_ROOM,
           STREAM_ROOM / STREAM_LONGEST);
    printf("  %-36s %6s %12s %8s %8s %9s %9s %6s\n", "", "steps", "tokens/step", "at most", "memory", "latency",
           "longest", "sent");
    printf("  %-36s %6s %12s %8s %8s %9s %9s %6s\n", "", "", "", "at once", "filled", "in steps", "", "back");
    int longest = 0;
    for (int way = 0; way < SERVING_WAYS; way++) {
        run_stream(&v[way], way, request, &timeline);
        if (v[way].steps > longest) longest = v[way].steps;
        printf("  %-36s %6d %12.2f %8d %7.0f%% %9.1f %9.0f %6d\n", serving_way[way].name, v[way].steps,
               (double)v[way].tokens / v[way].steps, v[way].most, 100 * v[way].filled_share, v[way].latency,
               v[way].longest, v[way].preempted);
    }
    csv_close(&timeline);
    csv_open(&steps, s->out, "batches.csv",
             "step,arrived,running_static,running_continuous,running_paged,finished_static,finished_continuous,"
             "finished_paged");
    for (int i = 0; i < longest; i++) {
        int arrived = 0, running[SERVING_WAYS], finished[SERVING_WAYS];
        for (int j = 0; j < STREAM; j++) arrived += request[j].arrival <= i;
        for (int way = 0; way < SERVING_WAYS; way++) {
            running[way] = i < v[way].steps ? v[way].running[i] : 0;
            finished[way] = i < v[way].steps ? v[way].finished[i] : STREAM;
        }
        csv_row(&steps, "%d,%d,%d,%d,%d,%d,%d,%d", i, arrived, running[0], running[1], running[2], finished[0],
                finished[1], finished[2]);
    }
    csv_close(&steps);
    free(v);
}
