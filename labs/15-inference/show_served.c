// The server with a real model: is a text the same in company as alone? And how many tokens a second come of it?
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_serving.h"

// text (n + answer): the answer to a prompt of n tokens, with nobody else there. Returns how many tokens it has.
static int write_alone(int *text, const struct decoder *d, int n, int answer, int stop) {
    struct decode_state s;
    decode_init(&s, d, 1, n + answer, n);
    const float *logits = decode(&s, text, n);
    int written = 0;
    for (;;) {
        int *next = text + n + written++;
        *next = token_likeliest(logits, d->config.V);
        if (written == answer || *next == stop) break;
        logits = decode(&s, next, 1);
    }
    decode_free(&s);
    return written;
}

// text[i] (longest) begins with request i's prompt: the beginning of a document that the model has not seen.
static void take_prompts(int **text, const struct request *request, int longest, const struct rows *rows) {
    const int T = rows->T;
    int *inputs = alloc_zeroed((size_t)T, sizeof(int)), *targets = alloc_zeroed((size_t)T, sizeof(int));
    for (int i = 0; i < STREAM; i++) {
        row_example(inputs, targets, rows->token + (size_t)i % rows->count * (size_t)(T + 1), T);
        text[i] = alloc_zeroed((size_t)longest, sizeof(int));
        memcpy(text[i], inputs, (size_t)(request[i].prompt < T ? request[i].prompt : T) * sizeof(int));
    }
    free(inputs);
    free(targets);
}

void show_served(const struct show *s) {
    const struct gpt_config *c = s->config;
    const int longest = c->T < STREAM_LONGEST ? c->T : STREAM_LONGEST, stop = s->codec->special.end;
    struct request request[STREAM];
    struct scheduler plan;
    struct decoder d;
    struct server server;
    int *text[STREAM], *alone[STREAM], written[STREAM], tokens = 0, same = 0;
    stream_requests(request, longest, s->seed);
    take_prompts(text, request, longest, s->test);
    take_prompts(alone, request, longest, s->test);
    decoder_init(&d, c, s->params, TYPE_F32);

    double start = clock_seconds();
    for (int i = 0; i < STREAM; i++) {
        written[i] = write_alone(alone[i], &d, request[i].prompt, request[i].answer, stop);
        tokens += written[i];
    }
    const double one_by_one = clock_seconds() - start;
    stream_plan(&plan, &serving_way[SERVING_WAYS - 1], request, c->L, c->G, c->C / c->H);
    server_init(&server, &d, plan.pool, plan.most);
    start = clock_seconds();
    serve(&server, &plan, text, stop);
    const double together = clock_seconds() - start;

    for (int i = 0; i < STREAM; i++) {
        const size_t bytes = (size_t)(request[i].prompt + written[i]) * sizeof(int);
        same += plan.request[i].answer == written[i] && memcmp(text[i], alone[i], bytes) == 0;
        free(text[i]);
        free(alone[i]);
    }
    printf("\nThe same requests, to the model itself, which may end an answer earlier: %d tokens in %d steps\n", tokens,
           plan.step);
    printf("  %.0f tokens/s; one text after the other: %.0f\n", tokens / together, tokens / one_by_one);
    printf("  texts that are the same, token by token, as alone: %d of %d\n", same, STREAM);
    server_free(&server);
    stream_plan_free(&plan);
    decoder_free(&d);
}
