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

// Whether the likeliest token is right at every place of the answer, of row b.
static bool answers(const float *logits, const struct micro_world_probe *p, int b, int T, int V) {
    for (int i = 0; i < p->answer_count; i++) {
        const float *x = logits + ((size_t)b * T + p->prompt_count + i - 1) * V;
        for (int v = 0; v < V; v++)
            if (x[v] > x[p->answer[i]]) return false;
    }
    return true;
}

// The right answer is shown along with the prompt: a model that goes on greedily says it if, and only if, each of its tokens is
// the likeliest after those before it. So one pass judges a batch of probes.
double report_probe(struct gpt *m, int kind, int count, uint64_t seed) {
    enum { LONGEST = COUNT(((struct micro_world_probe *)0)->prompt) + COUNT(((struct micro_world_probe *)0)->answer) };
    struct rng r;
    int right = 0, T = m->T < LONGEST ? m->T : LONGEST, most = m->B * m->T / T;
    int *tokens = alloc_zeroed((size_t)most * T, sizeof *tokens);
    struct micro_world_probe *p = alloc_zeroed((size_t)most, sizeof *p);
    rng_seed(&r, seed, (uint64_t)kind);
    for (int done = 0; done < count; done += most) {
        int B = count - done < most ? count - done : most;
        memset(tokens, 0, (size_t)B * T * sizeof *tokens);
        for (int b = 0; b < B; b++) {
            p[b] = micro_world_probe((enum micro_world_probe_kind)kind, &r);
            if (p[b].prompt_count + p[b].answer_count > T) die("probes need --context %d", LONGEST);
            memcpy(tokens + (size_t)b * T, p[b].prompt, (size_t)p[b].prompt_count * sizeof *tokens);
            memcpy(tokens + (size_t)b * T + p[b].prompt_count, p[b].answer, (size_t)p[b].answer_count * sizeof *tokens);
        }
        const float *logits = gpt_forward(m, tokens, NULL, B, T);
        for (int b = 0; b < B; b++) right += answers(logits, &p[b], b, T, m->config.V);
    }
    free(tokens);
    free(p);
    return (double)right / count;
}
