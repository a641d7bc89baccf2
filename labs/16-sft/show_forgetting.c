// What a second task costs the first: nothing done about it, old lessons among the new ones, springs on the weights
// that mattered, and two losses in the balance.
#include <math.h>
#include <stdlib.h>

#include "16-sft/forgetting.h"

static void print_header(const char *what) {
    printf("\n%-26s %13s %9s %10s\n", what, "first, right", "zog", "old text");
}

static void print_point(const char *name, const struct second_point *p) {
    printf("%-26s %12.1f%% %8.1f%% %10.3f\n", name, 100 * p->first, 100 * p->second, p->old_loss);
}

static void log_points(struct csv_log *log, const char *name, const struct second_result *x) {
    for (int i = 0; i < x->points; i++) {
        const struct second_point *p = &x->point[i];
        csv_row(log, "%s,%d,%.4f,%.4f,%.5f", name, p->step, p->first, p->second, p->old_loss);
    }
}

static void log_balance(const struct show *s, const struct second_result *x) {
    struct csv_log log;
    csv_open(&log, s->out, "forgetting_dynamic.csv", "step,loss_first,loss_second,weight_first,weight_second");
    for (int i = 0; i < x->balances; i++) {
        const struct balance *b = &x->balance[i];
        csv_row(&log, "%d,%.5f,%.5f,%.5f,%.5f", b->step, b->loss[0], b->loss[1], b->weight[0], b->weight[1]);
    }
    csv_close(&log);
}

// The springs' trade-off: too weak, and the first task is lost; too strong, and the second is not learned.
static void show_springs(const struct show *s) {
    static const float lambda[] = {1, 10, 100, 1000, 10000};
    struct csv_log log;
    float *fisher = second_task_fisher(s);
    csv_open(&log, s->out, "forgetting_ewc.csv", "lambda,first,second,old_loss");
    print_header("springs (EWC), lambda");
    for (int i = 0; i < COUNT(lambda); i++) {
        char name[32];
        snprintf(name, sizeof name, "EWC, lambda %g", (double)lambda[i]);
        const struct second_task how = {.name = name, .lambda = lambda[i]};
        const struct second_result x = second_task_learn(s, &how, fisher);
        const struct second_point *last = &x.point[x.points - 1];
        snprintf(name, sizeof name, "%g", (double)lambda[i]);
        print_point(name, last);
        csv_row(&log, "%g,%.4f,%.4f,%.5f", (double)lambda[i], last->first, last->second, last->old_loss);
    }
    csv_close(&log);
    free(fisher);
}

void show_forgetting(const struct show *s) {
    static const struct second_task how[] = {
        {.name = "zog alone", .curve = true},
        {.name = "replay, a tenth", .curve = true, .share = 0.1f},
        {.name = "replay, a quarter", .curve = true, .share = 0.25f},
        {.name = "two losses, equal", .curve = true, .two_parts = true},
        {.name = "two losses, dynamic", .curve = true, .two_parts = true, .dynamic = true},
    };
    static const char *const id[] = {"alone", "replay-10", "replay-25", "equal", "dynamic"};
    struct csv_log log;
    csv_open(&log, s->out, "forgetting.csv", "method,step,first,second,old_loss");
    print_header("a second task");
    for (int i = 0; i < COUNT(how); i++) {
        const struct second_result x = second_task_learn(s, &how[i], NULL);
        if (i == 0) print_point("before", &x.point[0]);
        print_point(how[i].name, &x.point[x.points - 1]);
        log_points(&log, id[i], &x);
        if (how[i].dynamic) log_balance(s, &x);
    }
    csv_close(&log);
    show_springs(s);
}
