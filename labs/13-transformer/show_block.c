// The worked example of the text: a block of two channels, one head, two tokens.
#include <string.h>

#include "13-transformer/show.h"

enum { N = 2, C = 2, F = 2 };

static void print_rows(const char *name, const float *x, int columns) {
    printf("  %-34s", name);
    for (int n = 0; n < N; n++) {
        printf("   (");
        for (int c = 0; c < columns; c++) printf("%s%.4f", c ? ", " : "", (double)x[n * columns + c] + 0.0);
        printf(")");
    }
    printf("\n");
}

void show_block(const struct options *o) {
    (void)o;
    struct gpt m;
    struct rng r;
    rng_seed(&r, 0, 0);
    struct gpt_config c = gpt2_config(2, N, C, 1, 1);
    c.F = F;
    c.eps = 1e-9f;  // so small that the numbers are those of the text
    gpt_init(&m, &c, 0, &r);
    gpt_reserve(&m, 1, N, true);
    const struct block_weights *w = &m.weights.block[0];
    const float ln3_over_sqrt2 = 0.776836f;
    const float qkv[3 * C * C] = {1, 0, 0, 0, ln3_over_sqrt2, 0, 0, 0, 1, 0, 0, 1};
    memcpy(w->qkv, qkv, sizeof qkv);
    memcpy(w->proj, (float[]){0, 3, 3, 0}, C * C * sizeof(float));
    memcpy(w->up, (float[]){1, 0, 1, 1}, F * C * sizeof(float));
    memcpy(w->up_bias, (float[]){0, 1}, F * sizeof(float));
    memcpy(w->down, (float[]){2, 0, 0, 1}, C * F * sizeof(float));
    struct block_state *s = &m.block[0];
    memcpy(s->x, (float[]){3, 1, 2, 4}, N * C * sizeof(float));
    const struct block_context context = gpt_context(&m, NULL, 1, N);
    block_forward(m.x, s, w, &context);
    printf("One block, by hand: two channels, one head\n");
    print_rows("x", s->x, C);
    print_rows("norm1", s->norm1, C);
    print_rows("the head's answers", s->att, C);
    print_rows("mid = x + proj(answers)", s->mid, C);
    print_rows("norm2", s->norm2, C);
    print_rows("up", s->up, F);
    print_rows("gelu", s->act, F);
    print_rows("out = mid + down(gelu)", m.x, C);
    gpt_free(&m);
}
