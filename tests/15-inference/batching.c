// Tests of batching.c.
#include "15-inference/serving.h"

enum policy {
    CONTINUOUS,
    VICTIM_FIRST,
    VICTIM_SELF,
    OVERTAKES,
    ADMITS_AT_ONCE,
    PROMPT_ONLY,
    EARLY,
    STATIC,
    KEEPS_DONE,
    NO_LIMIT,
    NOT_RELEASED,
    NO_ROOM_MADE,
    ONE_A_STEP,
    LATE,
    ONE_OVER,
    POLICIES
};

static const char *const policy_name[] = {
    [VICTIM_FIRST] = "the first that runs is sent back, and it has come furthest: the last one is asked for",
    [VICTIM_SELF] = "the request that needs a page is sent back itself, where the last one that runs should give way",
    [OVERTAKES] = "a short request overtakes one that does not fit: nobody overtakes",
    [ADMITS_AT_ONCE] = "somebody is admitted in a step that sent somebody back",
    [PROMPT_ONLY] = "room for the prompt is reserved, but not for one more position",
    [EARLY] = "requests are admitted before they arrive",
    [STATIC] = "the next ones are admitted only when nobody runs: that is a static batch",
    [KEEPS_DONE] = "done is not set back to 0 when a request is sent back, though its keys and values are gone",
    [NO_LIMIT] = "more than `most` run at once",
    [NOT_RELEASED] = "the pages of a request that is sent back are not released",
    [NO_ROOM_MADE] = "running requests are not given a page for their next position",
    [LATE] = "requests are admitted a step after they arrive: in step `arrival` they are there",
    [ONE_OVER] = "one more than `most` runs",
    [ONE_A_STEP] = "at most one request is admitted in a step"};

enum { REQUESTS = 9, STEPS = 70 };

// One request as the simulation sees it: it counts pages and knows nothing else of them.
struct simulated {
    int state, done, length, pages, preempted, admitted, finished;
};

struct simulation {
    const struct request *request;  // sizes and arrivals
    struct simulated r[REQUESTS];
    int count, step, most, free, P;
    enum policy policy;
};

static bool take_pages(struct simulation *s, int i, int more) {
    struct simulated *r = &s->r[i];
    const int extra = whole_pages(r->length + more, s->P) - r->pages;
    if (extra > s->free) return false;
    if (extra > 0) r->pages += extra, s->free -= extra;
    return true;
}

static void free_pages(struct simulation *s, int i) {
    s->free += s->r[i].pages;
    s->r[i].pages = s->r[i].length = 0;
}

static int victim(const struct simulation *s, int needy) {
    int found = -1;
    if (s->policy == VICTIM_SELF) return needy;
    for (int i = 0; i < s->count; i++)
        if (s->r[i].state == RUNNING && (found < 0 || s->policy != VICTIM_FIRST)) found = i;
    return found;
}

static void simulate_schedule(struct simulation *s) {
    bool back = false;
    for (int i = 0; i < s->count && s->policy != NO_ROOM_MADE; i++) {
        while (s->r[i].state == RUNNING && !take_pages(s, i, 1)) {
            struct simulated *v = &s->r[victim(s, i)];
            if (s->policy == NOT_RELEASED) v->pages = v->length = 0;
            else free_pages(s, (int)(v - s->r));
            v->state = WAITING;
            if (s->policy != KEEPS_DONE) v->done = 0;
            v->preempted++;
            back = true;
        }
    }
    int running = 0;
    for (int i = 0; i < s->count; i++) running += s->r[i].state == RUNNING;
    if (back && s->policy != ADMITS_AT_ONCE) return;
    if (running > 0 && s->policy == STATIC) return;
    for (int i = 0, admitted = 0; i < s->count; i++) {
        if (s->r[i].state != WAITING) continue;
        if (running >= s->most + (s->policy == ONE_OVER) && s->policy != NO_LIMIT) break;
        if (admitted > 0 && s->policy == ONE_A_STEP) break;
        if (s->request[i].arrival + (s->policy == LATE) > s->step && s->policy != EARLY) break;
        if (!take_pages(s, i, s->request[i].prompt + (s->policy != PROMPT_ONLY))) {
            if (s->policy == OVERTAKES) continue;
            break;
        }
        s->r[i].state = RUNNING, s->r[i].admitted = s->step;
        running++, admitted++;
    }
}

static void simulate_step(struct simulation *s) {
    for (int i = 0; i < s->count; i++) {
        struct simulated *r = &s->r[i];
        if (r->state != RUNNING) continue;
        r->length += r->done == 0 ? s->request[i].prompt : 1;
        r->done += r->done == 0 ? s->request[i].prompt + 1 : 1;
        if (r->done < s->request[i].prompt + s->request[i].answer) continue;
        r->state = FINISHED, r->finished = s->step;
        free_pages(s, i);
    }
    s->step++;
}

// What a trace shows of a request before a step: its tokens so far while it runs, -1 while it waits, -2 afterwards.
static int shown(int state, int done) {
    return state == RUNNING ? done : state == FINISHED ? -2 : -1;
}

// trace (steps,count) of a policy
static double *simulate(struct simulation *s, const struct request *request, int count, int steps, int most, int pages,
                        int P, enum policy policy) {
    *s = (struct simulation){.request = request, .count = count, .most = most, .free = pages, .P = P, .policy = policy};
    for (int i = 0; i < count; i++) s->r[i].state = WAITING, s->r[i].admitted = s->r[i].finished = -1;
    double *trace = grade_doubles(steps * count);
    for (int step = 0; step < steps; step++) {
        simulate_schedule(s);
        for (int i = 0; i < count; i++) trace[step * count + i] = shown(s->r[i].state, s->r[i].done);
        simulate_step(s);
    }
    return trace;
}

// by_hand: the trace, or NULL: the simulation's.
static void check_schedule(const char *what, const struct request *request, int count, int steps, int most, int pages,
                           int P, const double *by_hand) {
    struct page_pool pool = random_pool(pages, P, 1, 1, 1);
    struct request *mine = calloc((size_t)count, sizeof *mine);
    struct scheduler s = {.request = mine, .count = count, .most = most, .pool = &pool};
    for (int i = 0; i < count; i++) {
        mine[i] = request[i];
        mine[i].admitted = mine[i].finished = -1;
        mine[i].table = empty_table(pages);
    }
    float *got = grade_output(steps * count), *got_running = grade_output(steps);
    double *running = grade_doubles(steps);
    bool bare_is_new = false;
    int bare = -1;  // a step in which somebody runs without a page for the next position
    for (int step = 0; step < steps; step++) {
        got_running[step] = (float)schedule(&s);
        for (int i = 0; i < count; i++) {
            got[step * count + i] = (float)shown((int)mine[i].state, mine[i].done);
            running[step] += mine[i].state == RUNNING;
            const int next = mine[i].table.length + (mine[i].done == 0 ? mine[i].prompt : 0) + 1;
            if (bare < 0 && mine[i].state == RUNNING && mine[i].table.count < whole_pages(next, P))
                bare = step, bare_is_new = mine[i].done == 0;
        }
        schedule_advance(&s);
    }
    struct simulation truth, wrong;
    double *want = simulate(&truth, request, count, steps, most, pages, P, CONTINUOUS);
    for (enum policy policy = VICTIM_FIRST; policy < POLICIES; policy++)
        suspect(policy_name[policy], simulate(&wrong, request, count, steps, most, pages, P, policy));
    char name[200];
    snprintf(name, sizeof name,
             "%s: tokens so far of request r before step s (-1 waiting, -2 finished); most %d, %d pages of %d", what,
             most, pages, P);
    grade_array(name, got, by_hand ? by_hand : want, AXES("sr", steps, count), 0);
    grade_true(
        bare < 0, "%s: step %d: a request runs and has no page for its next position\nlooks like: %s", what, bare,
        bare_is_new ? policy_name[PROMPT_ONLY] : "after somebody was sent back, the page is not asked for again");
    grade_array("what schedule returned: how many run in step s", got_running, running, AXES("s", steps), 0);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s: how often request %d was sent back", what, i);
        grade_equal(name, mine[i].preempted, truth.r[i].preempted);
        snprintf(name, sizeof name, "%s: `admitted` of request %d", what, i);
        grade_equal(name, mine[i].admitted, truth.r[i].admitted);
    }
    grade_equal("free pages in the end", pool.free_count, truth.free);
    free(mine);
}

EXERCISE(schedule, .number = "15.13", .points = 4, .needs = "pages_reserve pages_release") {
    // The text's example: 4 pages of 4 positions, three requests.
    const struct request example[] = {
        {.prompt = 5, .answer = 4}, {.prompt = 3, .answer = 6}, {.prompt = 2, .answer = 3}};
    const double by_hand[] = {0,  0, 0, 6,  4, 3, 7,  5,  -1, 8,  6,  -1,   // in step 2 the second text needs a page,
                              -2, 7, 0, -2, 8, 3, -2, -2, 4,  -2, -2, -2};  // and the third one gives way
    check_schedule("text's example", example, 3, 8, 3, 4, 4, by_hand);
    for (int round = 0; round < 12; round++) {
        // Sizes at random. In three of four rounds the pool is too small for all, never for one: somebody is sent back.
        struct request request[REQUESTS];
        struct simulation truth;
        int P, pages, most, preempted, tries = 0;
        do {
            int longest = 0;
            P = grade_int(2, 4), most = round % 4 ? grade_int(3, 5) : 2;
            for (int i = 0, arrival = 0; i < REQUESTS; i++) {
                arrival += grade_int(0, round % 3);
                request[i] = (struct request){.arrival = arrival, .prompt = grade_int(1, 9), .answer = grade_int(1, 9)};
                const int size = whole_pages(request[i].prompt + request[i].answer, P);
                if (size > longest) longest = size;
            }
            pages = longest + (round % 4 ? grade_int(1, 4) : 40);
            simulate(&truth, request, REQUESTS, 1, most, pages, P, CONTINUOUS);
            preempted = 0;
            for (int step = 1; step < STEPS; step++) {
                simulate_schedule(&truth);
                simulate_step(&truth);
            }
            for (int i = 0; i < REQUESTS; i++) preempted += truth.r[i].preempted;
        } while (round % 4 && preempted == 0 && ++tries < 12);
        check_schedule("requests at random", request, REQUESTS, STEPS, most, pages, P, NULL);
    }
}
