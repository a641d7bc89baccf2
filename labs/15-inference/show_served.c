// The server with a real model: is a text the same in company as alone? And how many tokens a second come of it?
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_serving.h"

static int likeliest(const float *logits, int V) {
    int best = 0;
    for (int v = 1; v < V; v++)
        if (logits[v] > logits[best]) best = v;
    return best;
}

// text (n + answer): the answer to a prompt of n tokens, with nobody else there.
static void write_alone(int *text, const struct decoder *d, int n, int answer) {
    struct decode_state s;
    decode_init(&s, d, 1, n + answer, n);
    const float *logits = decode(&s, text, n);
    for (int i = n;; i++) {
        text[i] = likeliest(logits, d->config.V);
        if (i + 1 == n + answer) break;
        logits = decode(&s, text + i, 1);
    }
    decode_free(&s);
}

void show_served(const struct show *s) {
    const struct gpt_config *c = s->config;
    const int longest = c->T < STREAM_LONGEST ? c->T : STREAM_LONGEST, D = c->C / c->H;
    struct request request[STREAM];
    struct scheduler plan;
    struct decoder d;
    struct server server;
    int *text[STREAM], *alone[STREAM], *targets = alloc_zeroed((size_t)s->test->T, sizeof(int));
    int tokens = 0, same = 0;
    stream_requests(request, longest, s->seed);
    for (int i = 0; i < STREAM; i++) {
        const int room = (request[i].prompt + request[i].answer > s->test->T) ? longest + s->test->T : s->test->T;
        text[i] = alloc_zeroed((size_t)room, sizeof(int));
        alone[i] = alloc_zeroed((size_t)room, sizeof(int));
        row_example(text[i], targets, s->test->token + (size_t)i * (size_t)(s->test->T + 1), s->test->T);
        memcpy(alone[i], text[i], (size_t)request[i].prompt * sizeof(int));
        tokens += request[i].answer;
    }
    decoder_init(&d, c, s->params, TYPE_F32);
    double start = clock_seconds();
    for (int i = 0; i < STREAM; i++) write_alone(alone[i], &d, request[i].prompt, request[i].answer);
    const double by_itself = clock_seconds() - start;

    stream_plan(&plan, &serving_way[SERVING_WAYS - 1], request, c->L, c->G, D);
    server_init(&server, &d, plan.pool, plan.most);
    start = clock_seconds();
    serve(&server, &plan, text, -1, NULL, NULL);
    const double together = clock_seconds() - start;
    for (int i = 0; i < STREAM; i++) {
        const int n = request[i].prompt + request[i].answer;
        same += memcmp(text[i], alone[i], (size_t)n * sizeof(int)) == 0;
    }
    printf(
        "\nThe same requests with the model itself: %d tokens in %d steps, %.0f tokens/s; one text after the other "
        "%.0f\n",
        tokens, plan.step, tokens / together, tokens / by_itself);
    printf("  texts that are the same, token by token, as alone: %d of %d\n", same, STREAM);
    for (int i = 0; i < STREAM; i++) {
        free(text[i]);
        free(alone[i]);
    }
    free(targets);
    server_free(&server);
    stream_plan_free(&plan);
    decoder_free(&d);
}
