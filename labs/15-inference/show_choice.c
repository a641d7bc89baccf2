// How the next token is chosen, and what comes of it: one distribution, cut in several ways; how many texts are right,
// and how many different, at several temperatures; and what beams find that greed misses.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_village.h"

// ---- one distribution -----------------------------------------------------------------------------------------------
enum { CUTS = 5, SHOWN = 9 };
static const struct choice cuts[CUTS] = {{.temperature = 0.5f, .top_p = 1},
                                         {.temperature = 1, .top_p = 1},
                                         {.temperature = 2, .top_p = 1},
                                         {.temperature = 1, .top_k = 3, .top_p = 1},
                                         {.temperature = 1, .top_p = 0.9f}};
static const char *const cut_name[CUTS] = {"T 0.5", "T 1", "T 2", "top-k 3", "top-p 0.9"};
// The list may end here, or go on with any pet that it does not have yet. All else is wrong.
static const char beginning[] = "repeat cat dog";

static bool may_follow(int id) {
    return id == micro_world_id("=") ||
           (micro_world_is(id, MW_PET) && id != micro_world_id("cat") && id != micro_world_id("dog"));
}

static void print_row(const char *label, const double *share) {
    printf("  %-13s", label);
    for (int c = 0; c < CUTS; c++) printf(" %8.2f %%", 100 * share[c]);
    printf("\n");
}

static void show_distribution(const struct show *s, const struct decoder *d) {
    const int V = d->config.V;
    int prompt[32], n = village_prompt(prompt, COUNT(prompt), beginning);
    double row[CUTS], others[CUTS], wrong[CUTS] = {0};
    struct decode_state state;
    struct csv_log csv;
    decode_init(&state, d, 1, d->config.T, n);
    const float *logits = decode(&state, prompt, n);
    float *probs = alloc_floats((size_t)CUTS * V), *left = alloc_floats((size_t)V);
    for (int c = 0; c < CUTS; c++) token_distribution(probs + c * V, logits, V, &cuts[c]);
    for (int c = 0; c < CUTS; c++)
        for (int v = 0; v < V; v++) wrong[c] += may_follow(v) ? 0 : (double)probs[c * V + v];
    printf("\nThe word after \"%s\": = or any pet but these two would be right\n  %-13s", beginning, "");
    for (int c = 0; c < CUTS; c++) printf(" %10s", cut_name[c]);
    printf("\n");
    csv_open(&csv, s->out, "choice.csv", "rank,word,cold,plain,hot,top_k,top_p");
    memcpy(left, probs + V, (size_t)V * sizeof *left);
    for (int c = 0; c < CUTS; c++) others[c] = 1;
    for (int rank = 0; rank <= SHOWN; rank++) {
        int best = 0;
        for (int v = 1; v < V; v++)
            if (left[v] > left[best]) best = v;
        left[best] = -1;
        for (int c = 0; c < CUTS; c++) {
            row[c] = rank < SHOWN ? (double)probs[c * V + best] : fmax(others[c], 0);
            others[c] -= row[c];
        }
        const char *label = rank < SHOWN ? micro_world_word(best) : "others";
        print_row(label, row);
        csv_row(&csv, "%d,%s,%.5f,%.5f,%.5f,%.5f,%.5f", rank, label, row[0], row[1], row[2], row[3], row[4]);
    }
    print_row("wrong, of all", wrong);
    csv_close(&csv);
    decode_free(&state);
    free(probs);
    free(left);
}

// ---- many texts -----------------------------------------------------------------------------------------------------
struct shares {
    double right, different;  // shares
};

static int compare_texts(const void *a, const void *b) {
    const int *const *x = a, *const *y = b;
    return memcmp(*x, *y, MW_LONGEST * sizeof(int));
}

// Documents that the model makes up: how many are well-formed and true, and how many different ones there are.
static struct shares make_up(const struct decoder *d, const struct choice *c, int count, uint64_t seed) {
    const int T = d->config.T, prompt = MW_BOS;
    int *tokens = alloc_zeroed((size_t)count * T, sizeof *tokens),
        *length = alloc_zeroed((size_t)count, sizeof *length);
    int *padded = alloc_zeroed((size_t)count * MW_LONGEST, sizeof *padded);  // with zeros behind the end, to compare
    const int **text = alloc_zeroed((size_t)count, sizeof *text);
    struct rng r;
    struct shares q = {0};
    rng_seed(&r, seed, 1506);  // the same random numbers for every choice
    village_texts(tokens, length, count, d, &prompt, 1, c, &r);
    for (int i = 0; i < count; i++) {
        const int n = length[i] < MW_LONGEST ? length[i] : MW_LONGEST;
        q.right += micro_world_well_formed(tokens + (size_t)i * T, length[i], NULL, 0);
        memcpy(padded + (size_t)i * MW_LONGEST, tokens + (size_t)i * T, (size_t)n * sizeof *padded);
        text[i] = padded + (size_t)i * MW_LONGEST;
    }
    qsort(text, (size_t)count, sizeof *text, compare_texts);
    for (int i = 0; i < count; i++) q.different += i == 0 || compare_texts(&text[i - 1], &text[i]) != 0;
    free(tokens);
    free(length);
    free(padded);
    free(text);
    return (struct shares){q.right / count, q.different / count};
}

static void show_texts(const struct show *s, const struct decoder *d) {
    static const float temperature[] = {0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f}, top_p[] = {1, 0.9f};
    enum { TEMPERATURES = COUNT(temperature), TOPS = COUNT(top_p) };
    const int count = s->quick ? 16 : 256;
    struct shares q[TEMPERATURES][TOPS];
    struct progress bar;
    struct csv_log csv;
    progress_start(&bar, "texts", TEMPERATURES * TOPS * count, "texts");
    csv_open(&csv, s->out, "temperature.csv", "temperature,right,different,right_top_p,different_top_p");
    printf("\n%d documents each, by temperature: how many are well-formed and true, and how many different\n", count);
    printf("  temperature       all tokens              top-p 0.9\n");
    for (int t = 0; t < TEMPERATURES; t++) {
        for (int p = 0; p < TOPS; p++) {
            q[t][p] = make_up(d, &(struct choice){.temperature = temperature[t], .top_p = top_p[p]}, count, s->seed);
            progress_update(&bar, (double)(t * TOPS + p + 1) * count, "temperature %.2f", (double)temperature[t]);
        }
        csv_row(&csv, "%.2f,%.4f,%.4f,%.4f,%.4f", (double)temperature[t], q[t][0].right, q[t][0].different,
                q[t][1].right, q[t][1].different);
    }
    progress_end(&bar, "done");
    for (int t = 0; t < TEMPERATURES; t++) {
        printf("  %-11.2f", (double)temperature[t]);
        for (int p = 0; p < TOPS; p++) printf(" %5.1f %% %5.1f %% diff.", 100 * q[t][p].right, 100 * q[t][p].different);
        printf("\n");
    }
    csv_close(&csv);
}

// ---- beams ----------------------------------------------------------------------------------------------------------
static double log_probability(struct decode_state *one, const int *tokens, int n, int count) {
    const int V = one->d->config.V;
    double sum = 0;
    decode_rewind(one, 0);
    const float *logits = decode_all(one, tokens, count - 1);
    for (int t = n - 1; t + 1 < count; t++) {
        const float *l = logits + (size_t)t * V;
        float largest = -INFINITY;
        double total = 0;
        for (int v = 0; v < V; v++) largest = fmaxf(largest, l[v]);
        for (int v = 0; v < V; v++) total += exp((double)(l[v] - largest));
        sum += (double)(l[tokens[t + 1]] - largest) - log(total);
    }
    return sum;
}

// The first words of stories, facts and lists.
static int beginnings(int (*prompt)[8], int *n, int most) {
    static const char *const form[] = {"one day P", "P found a", "P", "the home of P", "repeat"};
    int count = 0;
    for (int p = 0; p < micro_world_class[MW_PERSON].count; p++)
        for (int f = 0; f < COUNT(form) && count < most; f++, count++) {
            prompt[count][0] = MW_BOS;
            n[count] = micro_world_say(prompt[count], 1, form[f], (int[]){micro_world_class[MW_PERSON].first + p});
            if (f == 4) prompt[count][n[count]++] = micro_world_class[MW_PET].first + p % 8;
        }
    return count;
}

enum { BEGINNINGS = 40 };
struct search {
    const struct decoder *d;
    int prompt[BEGINNINGS][8], n[BEGINNINGS], count;
    double greedy[BEGINNINGS];  // the first search's log-probabilities
    struct progress bar;
    int done;
};
struct found {
    double log_probability, better, right, tokens;  // means
};

static struct found search_all(struct search *x, int beams, float penalty) {
    const int T = x->d->config.T;
    int *text = alloc_zeroed((size_t)T + 1, sizeof *text);
    struct found f = {0};
    struct decode_state many, one;
    decode_init(&many, x->d, beams, T, 8);
    decode_init(&one, x->d, 1, T, T);
    for (int p = 0; p < x->count; p++) {
        double score;
        const int length = beam_search(text, &score, x->prompt[p], x->n[p], T, &many, MW_EOS, penalty);
        const double exact = log_probability(&one, text, x->n[p], length);
        if (fabs(exact - score) > 1e-3)
            die("beam search says %g where the model gives %g: make grade-15 TEST=beam_step", score, exact);
        if (beams == 1) x->greedy[p] = score;
        f.log_probability += score / x->count;
        f.better += (score > x->greedy[p] + 1e-4) / (double)x->count;
        f.right += micro_world_well_formed(text, length, NULL, 0) / (double)x->count;
        f.tokens += (length - x->n[p]) / (double)x->count;
        progress_update(&x->bar, ++x->done, "%d beams", beams);
    }
    decode_free(&many);
    decode_free(&one);
    free(text);
    return f;
}

static void print_found(int beams, const char *by, const struct found *f) {
    printf("  %5d   %-9s %16.3f   %16.0f %%   %18.0f %%   %10.1f\n", beams, by, f->log_probability, 100 * f->better,
           100 * f->right, f->tokens);
}

static void show_beams(const struct show *s, const struct decoder *d) {
    static const int beams[] = {1, 2, 4, 8, 16};
    const int sizes = s->quick ? 3 : COUNT(beams);
    struct search *x = alloc_zeroed(1, sizeof *x);
    struct csv_log csv;
    x->d = d;
    x->count = beginnings(x->prompt, x->n, s->quick ? 4 : BEGINNINGS);
    progress_start(&x->bar, "beams", (sizes + 1) * x->count, "texts");
    csv_open(&csv, s->out, "beams.csv", "beams,log_probability,better,right,tokens");
    printf("\nThe most probable text that beams find, from %d beginnings\n", x->count);
    printf("  beams   best by   log-probability   better than greedy   well-formed and true   new tokens\n");
    for (int i = 0; i < sizes; i++) {
        const struct found f = search_all(x, beams[i], 0);
        print_found(beams[i], "all", &f);
        csv_row(&csv, "%d,%.4f,%.4f,%.4f,%.2f", beams[i], f.log_probability, f.better, f.right, f.tokens);
    }
    const struct found f = search_all(x, beams[sizes - 1], 1);
    print_found(beams[sizes - 1], "per token", &f);
    progress_end(&x->bar, "done");
    csv_close(&csv);
    free(x);
}

void show_choice(const struct show *s) {
    if (!village_speaks(s, "choice")) return;
    struct decoder d;
    decoder_init(&d, s->config, s->params, TYPE_F32);
    show_distribution(s, &d);
    show_texts(s, &d);
    show_beams(s, &d);
    decoder_free(&d);
}
