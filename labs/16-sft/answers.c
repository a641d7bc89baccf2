// Many questions at once: they are read together, and the answers grow side by side, each from its own random numbers.
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"
#include "15-inference/serve.h"
#include "16-sft/village.h"
#include "datasets/micro_world.h"

enum { STREAM_QUESTIONS = 23, STREAM_ANSWERS = 1000 };  // of the seed; answer i has stream STREAM_ANSWERS + i

enum {
    LONGEST = MW_RESPONSE_LONGEST + 1,  // an answer with <eos>
    GROUP = 64,                         // texts that grow side by side
    // Chapter 15's matrix_forward takes another way where rows are few, and its last bits differ. So that an answer is
    // the same alone and in a crowd, there are never fewer: copies of a row fill the place.
    FEWEST = 16,
    PAGE = 16,  // positions
    PAGES = (MW_PROMPT_LONGEST + LONGEST + PAGE - 1) / PAGE,
    ROWS = GROUP * MW_PROMPT_LONGEST + FEWEST
};

void answers_init(struct answers *a, int count) {
    *a = (struct answers){.count = count};
    a->question = alloc_zeroed((size_t)count, sizeof *a->question);
    a->id = alloc_zeroed((size_t)count * LONGEST, sizeof(int));
    a->length = alloc_zeroed((size_t)count, sizeof(int));
    a->ended = alloc_zeroed((size_t)count, sizeof(bool));
}

void answers_free(struct answers *a) {
    free(a->question);
    free(a->id);
    free(a->length);
    free(a->ended);
    *a = (struct answers){0};
}

void answers_ask(struct answers *a, int task, bool held, uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, STREAM_QUESTIONS);
    for (int i = 0; i < a->count; i++)
        a->question[i] = task < 0 ? micro_world_instruction(held, &r) : micro_world_instruction_of(task, held, &r);
}

// Texts first .. first + count - 1 of all answers, while they grow.
struct group {
    struct answers *a;
    int first, count;
    struct rng rng[GROUP];
    struct page_table table[GROUP];
    struct server server;
    struct server_row row[ROWS];
    int owner[GROUP];  // whose answer each wanted row is for
    int rows, wanted;
    struct choice choice;
    float *probs;  // (V)
};

// A row to read: a token of text i, at the next position. wanted: the next token of its answer is asked for.
static void add_row(struct group *g, int i, int token, bool wanted) {
    struct page_table *t = &g->table[i];
    if (!pages_reserve(g->server.pool, t, 1)) die("a question of the village has more than %d tokens", PAGES * PAGE);
    g->row[g->rows++] = (struct server_row){.token = token, .position = t->length, .table = t, .wanted = wanted};
    t->length++;
    if (wanted) g->owner[g->wanted++] = i;
}

static void read_rows(struct group *g) {
    const int V = g->server.d->config.V;
    for (int copies = g->wanted; copies < FEWEST; copies++) {
        g->row[g->rows] = g->row[g->rows - 1];
        g->rows++;
    }
    const float *logits = server_step(&g->server, g->row, g->rows);
    for (int w = 0; w < g->wanted; w++) {
        const int i = g->owner[w], answer = g->first + i;
        token_distribution(g->probs, logits + (size_t)w * V, V, &g->choice);
        const int token = g->choice.temperature > 0 ? token_draw(g->probs, V, &g->rng[i])
                                                    : token_likeliest(logits + (size_t)w * V, V);
        g->a->id[(size_t)answer * LONGEST + g->a->length[answer]++] = token;
        g->a->ended[answer] = token == MW_EOS;
    }
    g->rows = g->wanted = 0;
}

static void answer_group(struct group *g) {
    for (int i = 0; i < g->count; i++) {
        const struct micro_world_instruction *q = &g->a->question[g->first + i];
        for (int t = 0; t < q->prompt_count; t++) add_row(g, i, q->prompt[t], t == q->prompt_count - 1);
    }
    read_rows(g);
    for (int n = 1; n < LONGEST; n++) {
        for (int i = 0; i < g->count; i++) {
            const int answer = g->first + i;
            if (!g->a->ended[answer]) add_row(g, i, g->a->id[(size_t)answer * LONGEST + n - 1], true);
        }
        if (g->wanted == 0) break;
        read_rows(g);
    }
    for (int i = 0; i < g->count; i++) pages_release(g->server.pool, &g->table[i]);
}

void answers_draw(struct answers *a, const struct gpt_config *c, const float *params, float temperature,
                  uint64_t seed) {
    if (c->T < MW_PROMPT_LONGEST + LONGEST)
        die("the model sees %d tokens at once: a question of the village and its answer have up to %d", c->T,
            MW_PROMPT_LONGEST + LONGEST);
    struct decoder d;
    struct page_pool pool;
    struct group *g = alloc_zeroed(1, sizeof *g);
    decoder_init(&d, c, params, TYPE_F32);
    page_pool_init(&pool, GROUP * PAGES, PAGE, c->L, c->G, c->C / c->H);
    server_init(&g->server, &d, &pool, ROWS);
    for (int i = 0; i < GROUP; i++) page_table_init(&g->table[i], PAGES);
    g->a = a;
    g->choice = (struct choice){.temperature = temperature, .top_p = 1};
    g->probs = alloc_floats((size_t)c->V);
    memset(a->length, 0, (size_t)a->count * sizeof *a->length);
    memset(a->ended, 0, (size_t)a->count * sizeof *a->ended);
    for (g->first = 0; g->first < a->count; g->first += GROUP) {
        g->count = a->count - g->first < GROUP ? a->count - g->first : GROUP;
        for (int i = 0; i < g->count; i++)
            rng_seed(&g->rng[i], seed, STREAM_ANSWERS + (uint64_t)g->first + (uint64_t)i);
        answer_group(g);
    }
    for (int i = 0; i < GROUP; i++) page_table_free(&g->table[i]);
    free(g->probs);
    server_free(&g->server);
    free(g);
    page_pool_free(&pool);
    decoder_free(&d);
}
