// A small model runs ahead of a large one: how many of its guesses are taken, what that saves, and that nobody can tell
// from the texts.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/show_village.h"

struct pair {
    const struct show *s;
    struct decoder large_weights, small_weights;
    struct decode_state large, small;
    struct rng rng;
    double passes, accepted, tokens, seconds;  // of the last write_texts
};
static const struct choice drawn = {.temperature = 1, .top_p = 1};

// Texts from <bos> on, up to `stop` or T tokens: K 0: by the model alone (`small`: by the small one). tokens (count,T),
// lengths (count).
static void write_texts(struct pair *x, int *tokens, int *length, int count, int K, bool small, int stop) {
    const int T = x->s->config->T;
    const double start = clock_seconds();
    x->passes = x->accepted = x->tokens = 0;
    for (int i = 0; i < count; i++) {
        int *text = tokens + (size_t)i * T, counts[2] = {0};
        struct decode_state *alone = small ? &x->small : &x->large;
        text[0] = MW_BOS;
        decode_rewind(alone, 0);
        if (K > 0) length[i] = speculative_text(text, 1, T, &x->large, &x->small, K, &drawn, stop, &x->rng, counts);
        else length[i] = continue_text(text, 1, T, alone, &drawn, stop, &x->rng, NULL, NULL);
        x->tokens += length[i] - 1;
        x->passes += K > 0 ? counts[0] : length[i] - 1;
        x->accepted += counts[1];
    }
    x->seconds = clock_seconds() - start;
}

// ---- how fast -------------------------------------------------------------------------------------------------------
// Seconds of one pass of the large model over n new tokens, in the middle of a text.
static double pass_seconds(struct pair *x, int n) {
    enum { PASSES = 50 };
    int tokens[16] = {MW_BOS};
    decode_rewind(&x->large, 0);
    decode_all(&x->large, tokens, COUNT(tokens));
    const double start = clock_seconds();
    for (int i = 0; i < PASSES; i++) {
        decode_rewind(&x->large, COUNT(tokens));
        decode_all(&x->large, tokens, n);
    }
    return (clock_seconds() - start) / PASSES;
}

static void show_speed(struct pair *x, int *tokens, int *length, int count) {
    static const int ahead[] = {1, 2, 3, 4, 6, 8};
    const struct gpt_config *large = x->s->config, *small = &x->small_weights.config;
    const double bytes = decode_bytes(small, TYPE_F32) / decode_bytes(large, TYPE_F32), one = pass_seconds(x, 1);
    struct csv_log csv, times;
    csv_open(&csv, x->s->out, "speculative.csv", "K,taken,tokens_per_pass,formula,gain_by_bytes");
    csv_open(&times, x->s->out, "speculative_time.csv", "K,tokens_per_second,speed_up,pass_of_k_plus_1");
    write_texts(x, tokens, length, count, 0, false, -1);
    const double alone = x->seconds / x->tokens;
    printf("\nA small model (%zu parameters) runs ahead of the large one (%zu): %d texts of %d tokens\n",
           gpt_parameters(small), gpt_parameters(large), count, large->T);
    printf(
        "  ahead    taken    tokens a pass   if all were alike   gain by bytes     tokens/s   speed-up   a pass "
        "takes\n");
    printf("   none %8s %16.2f %19s %15.2f %12.0f %10.2f %14.2f\n", "-", 1.0, "-", 1.0, 1 / alone, 1.0, 1.0);
    double first = 0;  // the share that is accepted right behind a token of the large model
    for (int i = 0; i < COUNT(ahead); i++) {
        const int K = ahead[i];
        write_texts(x, tokens, length, count, K, false, -1);
        const double taken = x->accepted / (x->passes * K), per_pass = x->tokens / x->passes;
        if (i == 0) first = taken;
        const double formula = first < 1 ? (1 - pow(first, K + 1)) / (1 - first) : K + 1;
        const double gain = per_pass / (1 + K * bytes), speed = x->tokens / x->seconds,
                     pass = pass_seconds(x, K + 1) / one;
        printf("  %5d %6.1f %% %16.2f %19.2f %15.2f %12.0f %10.2f %14.2f\n", K, 100 * taken, per_pass, formula, gain,
               speed, speed * alone, pass);
        csv_row(&csv, "%d,%.4f,%.4f,%.4f,%.4f", K, taken, per_pass, formula, gain);
        csv_row(&times, "%d,%.1f,%.4f,%.4f", K, speed, speed * alone, pass);
    }
    printf(
        "  gain by bytes: where the time goes into reading weights, once a pass (the small model has %.2f of the "
        "bytes)\n"
        "  a pass takes:  the large model's, over one token more than the small one runs ahead, in passes over one "
        "token\n",
        bytes);
    csv_close(&csv);
    csv_close(&times);
}

// ---- the same texts -------------------------------------------------------------------------------------------------
// Half of the sum of all differences between two distributions: 0 they are the same, 1 they have nothing in common.
static double distance(const double *a, const double *b, int V) {
    double sum = 0;
    for (int v = 0; v < V; v++) sum += fabs(a[v] - b[v]) / 2;
    return sum;
}

// How often each token came, in count texts, as shares; and the share of the texts that are well-formed and true.
static double shares(double *share, const int *tokens, const int *length, int count, int T, int V) {
    double all = 0, right = 0;
    memset(share, 0, (size_t)V * sizeof *share);
    for (int i = 0; i < count; i++) {
        for (int t = 1; t < length[i]; t++, all++) share[tokens[(size_t)i * T + t]]++;
        right += micro_world_well_formed(tokens + (size_t)i * T, length[i], NULL, 0);
    }
    for (int v = 0; v < V; v++) share[v] /= all;
    return right / count;
}

// The mean loss of the large model on them: its own entropy if it could have written them, more if not.
static double surprise(struct pair *x, const int *tokens, const int *length, int count) {
    const int T = x->s->config->T, V = x->s->config->V;
    float *losses = alloc_floats((size_t)T);
    double sum = 0, all = 0;
    for (int i = 0; i < count; i++) {
        const int *text = tokens + (size_t)i * T, n = length[i] - 1;
        decode_rewind(&x->large, 0);
        sum += n * (double)masked_loss_forward(losses, decode_all(&x->large, text, n), text + 1, n, V);
        all += n;
    }
    free(losses);
    return sum / all;
}

static void show_same(struct pair *x, int *tokens, int *length, int count) {
    static const struct way {
        const char *name;
        int K;
        bool small;
    } ways[] = {{"the large model alone", 0, false},
                {"with other random numbers", 0, false},
                {"with the small one 4 ahead", 4, false},
                {"the small model alone", 0, true}};
    const int T = x->s->config->T, V = x->s->config->V;
    double *share = alloc_doubles((size_t)COUNT(ways) * V);
    struct progress bar;
    struct csv_log csv;
    progress_start(&bar, "texts", COUNT(ways) * count, "texts");
    csv_open(&csv, x->s->out, "speculative_same.csv", "way,distance,loss,right");
    printf("\n%d documents each: are they the large model's?\n", count);
    printf("  %-28s  words unlike the first row's   the large model's loss   well-formed and true\n", "");
    for (int i = 0; i < COUNT(ways); i++) {
        write_texts(x, tokens, length, count, ways[i].K, ways[i].small, MW_EOS);
        const double right = shares(share + (size_t)i * V, tokens, length, count, T, V);
        const double apart = distance(share, share + (size_t)i * V, V), loss = surprise(x, tokens, length, count);
        printf("  %-28s %27.1f %% %23.3f %20.1f %%\n", ways[i].name, 100 * apart, loss, 100 * right);
        csv_row(&csv, "%s,%.5f,%.5f,%.4f", ways[i].name, apart, loss, right);
        progress_update(&bar, (i + 1) * count, "%s", ways[i].name);
    }
    progress_end(&bar, "done");
    csv_close(&csv);
    free(share);
}

void show_speculative(const struct show *s, const struct gpt *student) {
    if (!village_speaks(s, "speculative")) return;
    if (!student->params || student->config.V != s->config->V || student->config.T < s->config->T) {
        printf("\nspeculative: left out, as there is no small model with the same tokens\n");
        return;
    }
    const int T = s->config->T, texts = s->quick ? 2 : 100, documents = s->quick ? 4 : 600;
    const int most = texts > documents ? texts : documents;
    struct pair x = {.s = s};
    int *tokens = alloc_zeroed((size_t)most * T, sizeof *tokens), *length = alloc_zeroed((size_t)most, sizeof *length);
    decoder_init(&x.large_weights, s->config, s->params, TYPE_F32);
    decoder_init(&x.small_weights, &student->config, student->params, TYPE_F32);
    decode_init(&x.large, &x.large_weights, 1, T, T);
    decode_init(&x.small, &x.small_weights, 1, T, T);
    rng_seed(&x.rng, s->seed, 1514);
    show_speed(&x, tokens, length, texts);
    show_same(&x, tokens, length, documents);
    decode_free(&x.large);
    decode_free(&x.small);
    decoder_free(&x.large_weights);
    decoder_free(&x.small_weights);
    free(tokens);
    free(length);
}
