// Pretraining: from a heap of documents to a model that has read them. Sections follow the files of this chapter.
//
// Letters: B rows of a batch, T tokens of a row that a model reads at once, N = B*T, V tokens of the vocabulary, K hash
// functions, n documents or numbers. A document is text with a size in bytes until it is cut into tokens; then it is a
// stretch of a list of ids.
#pragma once
#include "10-tokenizer/tokenizer.h"
#include "13-transformer/transformer.h"
#include "common/common.h"

// ==== Which documents ================================================================================================

// ---- hash.c (given): words as numbers -------------------------------------------------------------------------------
struct hashes {
    uint64_t *hash;
    size_t count, capacity;
};
void hashes_push(struct hashes *list, uint64_t hash);
void hashes_free(struct hashes *list);  // back to {0}
// Appends a hash for every word of text: a run of letters and digits (ASCII letters in lower case), one Chinese
// character, or any other mark that is no white space. Equal words, equal hashes.
void word_hashes(struct hashes *out, const char *text, size_t size);
// One hash from two, in which their order counts.
uint64_t hash_join(uint64_t a, uint64_t b);
// One hash of n numbers.
uint64_t hash_numbers(const uint32_t *number, int n);
// Function k of a family, 0 <= k: the same for the same (hash, k); to the eye, random numbers of 32 bits.
uint32_t hash_family(uint64_t hash, int k);

// ---- quality.c: good or junk? ---------------------------------------------------------------------------------------
// A document as a vector of fixed length, whatever its words (feature hashing: Weinberger et al. 2009). For every word,
// and for every two neighbours a, b as hash_join(a, b), with hash h: x[h % buckets] changes by +1, or by -1 if the
// highest bit of h (bit 63) is set. Then x is divided by its length, sqrt(sum of squares), unless that is 0.
// x (buckets) is written; word (n) from word_hashes; n >= 0.
void hash_features(float *x, const uint64_t *word, size_t n, int buckets);

// Logistic regression: the probability that a document is good is sigmoid(weight . x + bias).
struct quality {
    int buckets;
    float *weight;  // (buckets)
    float bias;
};
void quality_init(struct quality *q, int buckets);                 // zeros (given)
void quality_free(struct quality *q);                              // (given)
double quality_evidence(const struct quality *q, const float *x);  // z = weight . x + bias (given)
float quality_score(const struct quality *q, const float *x);
// One step of gradient descent on one document's loss, -log(probability of its label), label 1 good, 0 junk:
//     weight -= lr * (score - label) * x        bias -= lr * (score - label)
// Returns the loss before the step, exact for scores near 0 and 1 too: with z = weight . x + bias it is
// log(1 + e^z) - label * z, computed so that nothing overflows.
float quality_step(struct quality *q, const float *x, int label, float lr);

// ---- minhash.c: how alike are two documents? (Broder 1997) ----------------------------------------------------------
// Appends the shingles of a document: a hash for every `width` words in a row, hash_join(..hash_join(hash_join(word 0,
// word 1), word 2).., word width-1). A document of fewer words, but at least one, has one shingle of all of them.
void shingles(struct hashes *out, const uint64_t *word, size_t n, int width);
// signature (K): signature[k] = the smallest hash_family(shingle, k) over all shingles; UINT32_MAX if there are none.
void minhash_signature(uint32_t *signature, const uint64_t *shingle, size_t n, int K);
// The share of the K places where two signatures agree. Its expected value is the Jaccard similarity of the two sets of
// shingles: how many both have, over how many at least one has.
float minhash_similarity(const uint32_t *a, const uint32_t *b, int K);

// ---- lsh.c: who is worth comparing? (locality-sensitive hashing: Indyk and Motwani 1998) ----------------------------
// A signature of K = bands * rows numbers is cut into bands of `rows` numbers: band j is signature[j*rows ..
// j*rows + rows-1]. Two documents are candidates if they agree in all numbers of a band.
// The probability that two documents of similarity s become candidates: 1 - (1 - s^rows)^bands.
double lsh_probability(double s, int bands, int rows);
struct pairs {
    struct document_pair {
        int first, second;  // first < second
    } * pair;
    size_t count, capacity;
};
void pairs_push(struct pairs *list, int first, int second);  // (given, in hash.c)
void pairs_free(struct pairs *list);                         // (given)
// Appends every pair of the n documents that agree in band `band`, once, in any order. signatures (n,K).
// Sorts a hash of the band: n log n work, and one step per pair found.
void lsh_band_pairs(struct pairs *out, const uint32_t *signatures, int n, int K, int band, int rows);

// ---- dedup.c: one of each -------------------------------------------------------------------------------------------
// Clusters as a forest: parent (n), parent[i] = i for a root. A cluster's root is its smallest document.
int cluster_find(int *parent, int i);          // the root of i's cluster. May shorten the way there
void cluster_join(int *parent, int a, int b);  // makes one cluster of the clusters of a and b
// keep (n): true for the first document of each cluster. Two documents are in one cluster if they are candidates in any
// of the K / rows bands and their minhash_similarity is threshold or more, or if a chain of such pairs joins them.
// Returns how many are kept. Time grows with the number of candidate pairs; documents of one and the same signature are
// one document here. 0 < threshold <= 1.
int deduplicate(bool *keep, const uint32_t *signatures, int n, int K, int rows, float threshold);

// ==== From documents to batches ======================================================================================

// ---- pack.c: rows of equal length -----------------------------------------------------------------------------------
// Documents cut into tokens: document d is tokens.id[ends.end[d-1] .. ends.end[d]-1] (end[-1] read as 0). Each should
// bring its own token that says "the end".
struct documents {
    struct ids tokens;
    struct cuts ends;
};
void documents_free(struct documents *d);  // (given, in rows.c)
// count rows of T + 1 tokens each: T that are read, each followed by what is to be predicted. -1 is padding, at a row's
// end only. A text that goes on in another row is cut so that no prediction is lost: the last token of the one row is
// the first of the other.
struct rows {
    int *token;  // (count,T+1)
    size_t count;
    int T;
};
void rows_init(struct rows *r, size_t count, int T);  // all padding (given)
void rows_free(struct rows *r);                       // (given)
double rows_padding(const struct rows *r);            // the share of the tokens that are padding (given)

// Rows that are being filled, sorted by how much room they have. (Given, in rows.c.)
struct shelf {
    long *with_room;  // (T+2): with_room[f] is a row with room for f tokens, or -1: there is none
    long *next;       // (most): the next row with as much room as this one, or -1
    size_t rows;
};
void shelf_init(struct shelf *s, size_t most, int T);  // for up to `most` rows
void shelf_free(struct shelf *s);
void shelf_put(struct shelf *s, long row, size_t room);  // puts a row in
long shelf_take(struct shelf *s, size_t room);           // takes a row with this much room out; there is one

// All documents one after the other as one long text of n tokens, cut wherever a row is full: row r starts at token
// r*T. ceil((n-1) / T) rows, none if n < 2; only the last has padding. Returns how many documents are cut: those whose
// tokens do not all lie in one row.
size_t pack_chop(struct rows *out, const struct documents *d, int T);

// Whole documents (Ding et al. 2024, "Fewer truncations improve language modeling"). A document of more than T + 1
// tokens is cut into pieces as pack_chop would cut it alone; documents of fewer than 2 tokens are left out. Then, best
// fit decreasing: the pieces, longest first, each into the row with the least room that is enough, or into a new row.
// Returns how many documents are cut.
size_t pack_best_fit(struct rows *out, const struct documents *d, int T);

// ---- loader.c: batches in an order that can be repeated -------------------------------------------------------------
// What a model reads and what it is to predict, from one row (T+1): inputs (T): inputs[t] = row[t], 0 where that is
// padding; targets (T): targets[t] = row[t+1], -1 (does not count) where that is padding.
void row_example(int *inputs, int *targets, const int *row, int T);

struct loader {
    const struct rows *rows;  // the caller's; at least one
    int B;
    uint64_t seed;
    int epoch;    // how often all rows have been dealt out before this time
    size_t next;  // how many were dealt out this time, 0..rows->count
    int *order;   // (rows->count) this epoch's order
};
void loader_init(struct loader *l, const struct rows *rows, int B, uint64_t seed);  // at epoch 0, next 0 (given)
void loader_free(struct loader *l);                                                 // (given)
// Goes to any place. The order of an epoch depends on seed and epoch alone: 0, 1, .. count-1, shuffled by rng_shuffle
// with rng_seed(seed, stream epoch). So (seed, epoch, next) is all that a checkpoint needs.
void loader_seek(struct loader *l, int epoch, size_t next);
// The next batch: inputs (B,T), targets (B,T). Every batch is full: where an epoch ends within it, the next one begins.
void loader_next(struct loader *l, int *inputs, int *targets);

// ==== Training =======================================================================================================

// ---- bf16.c: numbers of 16 bits -------------------------------------------------------------------------------------
// Rounds x (n), in place, to the nearest bfloat16 (8 bits of exponent as in a float, but 8 bits of precision where
// it has 24: the upper half of a float); of two equally near ones the even one, whose last bit is 0. NaN stays NaN;
// what rounds past the largest becomes infinite.
void bf16_round(float *x, size_t n);

// ---- adamw.c: one pass over all weights -----------------------------------------------------------------------------
// The length of a gradient g (n), the squares added in double (given). The same bits with any number of threads.
// Infinite or NaN if, and only if, an element is.
double grad_norm(const float *g, size_t n);

struct adamw {
    float lr, beta1, beta2, eps, weight_decay;
    int step;     // of this step, from 1
    float scale;  // the gradient is g * scale: clipping without a pass over memory of its own
};
// Chapter 04's AdamW (Loshchilov and Hutter 2019), every number read once, by all threads, with G = g * scale:
//     m (n) = beta1 * m + (1 - beta1) * G        v (n) = beta2 * v + (1 - beta2) * G^2
//     w (n) = w * (1 - lr * weight_decay) - lr * (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + eps)
void adamw_update(float *w, float *m, float *v, const float *g, const struct adamw *a, size_t n);

// ---- gradient.c, trainer.c: one step --------------------------------------------------------------------------------
struct hyperparameters {
    float lr_max, lr_min;  // schedule_lr of chapter 04
    int warmup, total;     // steps
    float beta1, beta2, eps;
    float weight_decay;  // of the matrices (gpt_tensor.decays), not of vectors
    float clip;          // longest gradient; 0: no limit
    int accumulate;      // micro-batches of one step, at least 1
    bool bf16;           // weights are rounded after every step
};
struct trainer {
    struct gpt *model;  // the caller's
    struct hyperparameters hyper;
    float *m, *v;               // (model->parameters) AdamW's moments
    struct gpt_tensor *tensor;  // the model's, tensors of them
    int tensors;
    int step;               // steps done
    int B, T;               // a micro-batch
    int *inputs, *targets;  // (accumulate,B,T)
};
// Makes room, in the model too (gpt_reserve for training). (Given, in trainer_memory.c.)
void trainer_init(struct trainer *t, struct gpt *model, const struct hyperparameters *hyper, int B, int T);
void trainer_free(struct trainer *t);  // not the model (given)

// The gradient of one step, WRITTEN to model->grads, from the next `accumulate` micro-batches of data (data->B =
// t->B, data->rows->T = t->T): the gradient of the mean loss over all positions that count in any of them, as if
// they were one large batch. (gpt_backward takes the mean within one micro-batch, and they differ in how many
// positions count.) Leaves the micro-batches in t->inputs and t->targets. Returns that mean; 0 if no position
// counts.
float trainer_gradient(struct trainer *t, struct loader *data);

struct step_report {
    float loss;      // before the step
    float norm;      // of the gradient, before clipping
    float lr;        // of this step
    bool finite;     // false: loss or norm is infinite or NaN; weights, moments and step are as before
    char where[96];  // then: what first_not_finite says; else ""
};
// One step: gradient, its length, learning rate, clipping (by hyper.clip / (norm + 1e-6) where norm > clip), AdamW,
// rounding.
struct step_report trainer_step(struct trainer *t, struct loader *data);

// ---- diagnose.c (given): where it went wrong ------------------------------------------------------------------------
// Looks for the first number that is infinite or NaN: among the weights; then, in the order of the forward pass,
// among what each layer gives for tokens (batches,B,T); then, in the order of the backward pass, among the
// gradients. Writes to where "weights of block.3.qkv", "output of block.3.qkv" or "gradient of block.3.qkv" and
// returns true; false, and "", if all are finite. Runs gpt_forward; the model has room for training.
bool first_not_finite(char *where, size_t size, struct gpt *m, const int *tokens, int batches, int B, int T);

// ==== What has it learned? ===========================================================================================

// ---- evaluate.c -----------------------------------------------------------------------------------------------------
struct evaluation {
    double loss;           // mean over all positions that count, in nats
    double perplexity;     // e^loss
    double bits_per_byte;  // bits of all those positions together / bytes of their targets; 0 without token_bytes
    long positions;
};
// Over rows first .. first + count - 1, in batches of up to B. token_bytes (V): how many bytes each token stands
// for, or NULL. count >= 1; at least one position counts.
struct evaluation evaluate(struct gpt *m, const struct rows *rows, size_t first, size_t count, int B,
                           const int *token_bytes);

// ---- sample.c: text from a model ------------------------------------------------------------------------------------
// probs (V) = softmax(logits / temperature) over the top_k largest logits (of equal ones the smaller ids; 0: all V),
// 0 for the others. Draws one u = rng_uniform(r) and returns the first token at which the sum of probs from token 0
// on is above u. temperature 0: probability 1 for the largest logit (of equal ones the smallest id), and r is not
// touched.
int sample_token(float *probs, const float *logits, int V, float temperature, int top_k, struct rng *r);
struct sampling {
    float temperature;
    int top_k;
    int stop;  // the last token to write; -1: none
};
// Continues tokens, n of them (n >= 1), until there are max or the stop token came, which is kept. The model reads
// the last m->T tokens. Returns how many there are. Every token costs a whole forward pass: chapter 15 mends that.
int generate(int *tokens, int n, int max, struct gpt *m, const struct sampling *s, struct rng *r);

// ---- budget.c: how long, how large? ---------------------------------------------------------------------------------
double training_flops(double parameters, double tokens);  // 6 * N * D (Kaplan et al. 2020)
// The share of a machine's peak (FLOP/s) that training uses (Chowdhery et al. 2022: model FLOPs utilisation, MFU).
double flops_utilisation(double tokens_per_second, double flops_per_token, double peak);
// The model that makes the most of a budget of operations: D = 20 * N tokens (Hoffmann et al. 2022, "Chinchilla"),
// all of them spent: training_flops(N, D) = flops.
struct budget {
    double parameters, tokens;
};
struct budget compute_optimal(double flops);
