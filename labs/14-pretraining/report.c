// What the program shows besides the losses.
#include "14-pretraining/report.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/micro_world.h"

// Every generated token costs a pass over all tokens before it (chapter 15 mends that); texts are made one at a time.
static int make_up(int *tokens, const struct corpus *c, struct gpt *m, const struct sampling *s, struct rng *r) {
    int newline = 0;
    if (!c->village) {
        struct ids line = {0};
        tokenizer_encode(&line, &c->bpe, "\n", 1);
        newline = line.id[0];
        ids_free(&line);
    }
    tokens[0] = c->village ? c->begin : newline;
    return generate(tokens, 1, m->T, m, s, r);
}

void report_sample(FILE *out, const struct corpus *c, struct gpt *m, const struct sampling *s, struct rng *r,
                   const char *indent) {
    int *tokens = alloc_zeroed((size_t)m->T, sizeof *tokens);
    struct bytes text = {0};
    int n = make_up(tokens, c, m, s, r);
    corpus_decode(&text, c, tokens, (size_t)n);
    fputs(indent, out);
    for (size_t i = 0; i < text.count; i++) {
        if (text.data[i] != '\n') fputc(text.data[i], out);
        else if (i > 0 && i + 1 < text.count) fprintf(out, "\n%s", indent);
    }
    fputc('\n', out);
    bytes_free(&text);
    free(tokens);
}

double report_well_formed(FILE *file, const struct corpus *c, struct gpt *m, const struct sampling *s, int samples,
                          struct rng *r) {
    int *tokens = alloc_zeroed((size_t)m->T, sizeof *tokens), right = 0;
    for (int i = 0; i < samples; i++) {
        char text[1024], fault[256] = "";
        int n = make_up(tokens, c, m, s, r);
        right += micro_world_well_formed(tokens, n, fault, sizeof fault);
        micro_world_decode(text, sizeof text, tokens, n);
        fprintf(file, "%s\n", text);
        if (*fault) fprintf(file, "    ^ %s\n", fault);
    }
    free(tokens);
    return (double)right / samples;
}

double report_probe(struct gpt *m, int kind, int count, uint64_t seed) {
    struct rng r;
    struct sampling greedy = {.stop = -1};
    int right = 0;
    rng_seed(&r, seed, (uint64_t)kind);
    for (int i = 0; i < count; i++) {
        struct micro_world_probe p = micro_world_probe((enum micro_world_probe_kind)kind, &r);
        int tokens[COUNT(p.prompt) + COUNT(p.answer)];
        memcpy(tokens, p.prompt, (size_t)p.prompt_count * sizeof *tokens);
        generate(tokens, p.prompt_count, p.prompt_count + p.answer_count, m, &greedy, &r);
        right += memcmp(tokens + p.prompt_count, p.answer, (size_t)p.answer_count * sizeof *tokens) == 0;
    }
    return (double)right / count;
}
