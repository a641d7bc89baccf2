// The parts of show_pages: many texts at once.
#pragma once
#include "15-inference/serve.h"
#include "15-inference/show.h"

void show_page_sizes(const struct show *s);  // how many texts fit into a given memory
void show_batches(const struct show *s);     // one stream of requests, three ways to serve it
void show_served(const struct show *s);      // the same stream with the real model: are the texts the same as alone?
void show_texts(const struct show *s);       // tokens/s by the number of texts at once

// The stream that show_batches and show_served share: requests that come at random, most of them short.
enum { STREAM = 24, STREAM_LONGEST = 64, STREAM_ROOM = 4 * STREAM_LONGEST };  // the cache holds four of the longest
void stream_requests(struct request *request, int longest, uint64_t seed);
struct serving_way {
    const char *name, *column;
    int P, most;
    bool batch;  // the next ones only when all are done
};
enum { SERVING_WAYS = 3 };
extern const struct serving_way serving_way[SERVING_WAYS];
// A scheduler for the stream, with a pool of STREAM_ROOM positions and tables; what it points to is its own.
void stream_plan(struct scheduler *plan, const struct serving_way *way, const struct request *request, int L, int G,
                 int D);
void stream_plan_free(struct scheduler *plan);
