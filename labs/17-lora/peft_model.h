// A frozen model with small things that learn inside of it: the whole of this chapter at once.
#pragma once
#include "15-inference/codec.h"
#include "16-sft/village.h"
#include "17-lora/lora.h"

// ---- What learns ----------------------------------------------------------------------------------------------------
// The linear layers of a block, as PEFT's target_modules name those of a Llama: q_proj, k_proj, v_proj, o_proj,
// gate_proj, up_proj, down_proj. Those that this course keeps in one array are rows of it.
enum lora_site { SITE_Q, SITE_K, SITE_V, SITE_O, SITE_GATE, SITE_UP, SITE_DOWN, LORA_SITES };
extern const char *const lora_site_name[LORA_SITES];  // "q_proj", ...
struct peft_plan {
    int rank;  // 0: no LoRA
    float alpha, dropout;
    unsigned sites;  // 1 << SITE_Q | ...
    bool nf4;        // the base's matrices in NF4 (QLoRA)
    int adapter;     // M of an adapter behind each block's mlp; 0: none
    int prompt;      // P of prompt tuning; 0: none
    bool ptuning;    // the prompt is written by a network
    int prefix;      // P of prefix tuning; 0: none
    bool norms;      // the norms' weights learn too
    int row,
        rows;  // and so many rows of the token table, from this token on: those of tokens that are new to the model
};
// ---- peft_model.c, peft_parts.c, peft_memory.c, peft_merge.c: a Llama -----------------------------------------------
struct peft_model {
    struct gpt_config config;
    struct peft_plan plan;
    const float *params;         // the caller's, as gpt_tensors lays them out; never written
    struct gpt_weights weights;  // pointers into it; those of the norms into:
    float *norms, *dnorms;       // (2L + 1,C) a copy: norm1 and norm2 of each block, the last norm
    struct peft_block {
        struct frozen qkv, proj, up, down;
        struct lora lora[LORA_SITES];  // R = 0 where there is none
        struct adapter adapter;
        float *prefix_k, *prefix_v, *dprefix_k, *dprefix_v;  // (P,G,D)
    } block[GPT_MAX_LAYERS];
    float *table, *dtable;    // (V,C) a copy where rows of it learn, else NULL; (rows,C)
    float *prompt, *dprompt;  // (P,C)
    struct ptuning ptuning;
    struct peft_batch *batch;  // memory for a batch
};
// What a batch leaves behind for the backward pass. N = B*(P + T) rows: P of a prompt stand before each text's T.
struct peft_batch {
    int B, T;
    bool training;
    struct block_state state[GPT_MAX_LAYERS];  // as in chapter 13
    struct small_state {
        float *mid[LORA_SITES];                              // (N,R) of lora_forward
        bool *dropped[LORA_SITES];                           // (N,I), NULL without dropout
        float *adapter_in, *adapter_before, *adapter_after;  // (N,C), (N,M), (N,M)
        float *k, *v;                                        // (B,prefix + P + T,G,D)
    } small[GPT_MAX_LAYERS];
    struct block_scratch scratch;
    float *words;                // (B,T,C) before the prompt stands before them
    float *hidden, *dhidden;     // (P,M) of P-tuning
    float *dx;                   // (N,C)
    float *dk, *dv;              // as k and v
    float *dadapter;             // N*(2*M + C)
    int *which, *targets;        // (B*T) the positions that count, and what they are to predict
    float *asked_x, *asked_att;  // (B*T,C) those rows alone, behind the last attention
    float *x, *norm, *rstd;      // (B*T,C), rstd (B*T): what the last block gives
    float *logits;               // (B*T,V)
    float *cos, *sin;
    float *memory;  // all floats of it in one piece
};
void peft_init(struct peft_model *m, const struct gpt_config *c, const float *params, const struct peft_plan *plan,
               uint64_t seed);
// Room for B texts of T tokens (prompt and prefix come on top); with training, for peft_backward too. May be called
// again.
void peft_reserve(struct peft_model *m, int B, int T, bool training);
void peft_free(struct peft_model *m);
void peft_batch_free(struct peft_model *m);             // the room alone
size_t peft_trainable(struct peft_model *m);            // numbers that learn
size_t peft_base_bytes(const struct peft_model *m);     // of the frozen weights as they are kept
void peft_tune(struct peft_model *m, struct tuner *t);  // adds all that learns, without weight decay
void peft_zero_grads(struct peft_model *m);
// The linear layer of a site: O outputs, I inputs, and the row at which it begins in the matrix that this course keeps.
void peft_site(int *O, int *I, int *row, const struct gpt_config *c, enum lora_site site);
float *peft_site_weights(const struct gpt_weights *w, const struct gpt_config *c, int l, enum lora_site site);  // (O,I)
// tokens (B,T) -> logits (B,T,V) until the next call. Dropout only if r is not NULL.
const float *peft_forward(struct peft_model *m, const int *tokens, struct rng *r, int B, int T);
// The same for `count` positions b*T + t alone, those that which (count) names: logits (count,V).
const float *peft_forward_at(struct peft_model *m, const int *tokens, const int *which, int count, struct rng *r, int B,
                             int T);
// Forward, loss, and the gradient of dloss * loss, added, of all that learns. targets as gpt_loss. Returns the loss.
float peft_backward(struct peft_model *m, float dloss, const int *tokens, const int *targets, struct rng *r, int B,
                    int T);
// A copy of the parameters with all LoRA merged, which the caller frees. Matrices in NF4 are turned to floats. Dies if
// the plan has an adapter, a prompt or a prefix: those cannot be merged.
float *peft_merged(const struct peft_model *m);
bool peft_can_merge(const struct peft_plan *plan);

// ---- peft_answer.c --------------------------------------------------------------------------------------------------
// Answers without merging and without a cache, for plans that cannot be merged. m needs no peft_reserve before; after
// it, training needs one again.
void peft_answer(struct answers *a, struct peft_model *m, float temperature, uint64_t seed);

// ---- peft_files.c: adapters as PEFT keeps them ----------------------------------------------------------------------
// dir/adapter_config.json and dir/adapter_model.safetensors, LoRA only:
// base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight and so on. `base`: base_model_name_or_path. Dies if
// anything learns beside LoRA: it would be lost.
void peft_save(const char *dir, const struct peft_model *m, const char *base);
// Reads such a folder into a plan (rank, alpha, dropout, sites), then its numbers into a model made after that plan.
// false on any fault, with the file, the place, what was expected and what was found in error. Refused: what this
// course does not compute (DoRA, rsLoRA, biases, ranks that differ, modules_to_save, ...).
bool peft_read_plan(struct peft_plan *plan, const char *dir, char *error, size_t error_size);
bool peft_read_weights(struct peft_model *m, const char *dir, char *error, size_t error_size);
