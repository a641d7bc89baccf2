// A model as a folder that Hugging Face's transformers loads, and such folders made by others:
//     config.json             the sizes                            (hf_config.c)
//     model.safetensors       the weights, under their names there (hf_weights.c, hf_weights_write.c), or
//                             model.safetensors.index.json and several such files (hf_shards.h)
//     tokenizer.json          chapter 10's tokenizer_save, or word_tokenizer_save
//     tokenizer_config.json   which tokens begin and end a text    (hf_config.c)
// Two architectures, in the shapes of chapter 13: GPT2LMHeadModel and LlamaForCausalLM.
//
// Functions that return bool return false on any fault, with the file, the place, what was expected and what was found
// in error (error_size bytes at most, cut to fit).
#pragma once
#include "13-transformer/transformer.h"
#include "14-pretraining/safetensors.h"
#include "common/common.h"

// ---- hf_folder.c ----------------------------------------------------------------------------------------------------
// The tokens with a task of their own: their ids, or -1 where there is none.
struct hf_tokens {
    int begin, end, padding;  // of a text
};
// Writes dir/config.json and dir/model.safetensors: the model of configuration c with these parameters, which lie as
// gpt_tensors says. Each file is whole or absent. Dies, naming the file, where it cannot be written.
void hf_save(const char *dir, const struct gpt_config *c, const float *params, struct hf_tokens tokens);
// The same with weights rounded to `type`, ST_F32, ST_F16 or ST_BF16, in files of at most shard_bytes bytes of weights,
// or one tensor (0: one file). Files of weights that were there before, under whichever names, go.
void hf_save_as(const char *dir, const struct gpt_config *c, const float *params, struct hf_tokens tokens,
                enum safetensors_type type, double shard_bytes);
// Makes a model of a folder. Numbers of F16 and BF16 become floats. Refused, with m left empty, is whatever
// chapter 13's model would compute otherwise: other architectures, activations and positions, weights that are missing
// or too many, shapes that config.json does not say. No memory for batches yet: gpt_reserve makes it. tokens may be
// NULL.
bool hf_load(struct gpt *m, struct hf_tokens *tokens, const char *dir, char *error, size_t error_size);
// Where a folder's weights are: path (size bytes) = its model.safetensors, or else its index.
bool hf_find_weights(char *path, size_t size, const char *dir, char *error, size_t error_size);

// ---- hf_config.c: config.json ---------------------------------------------------------------------------------------
void hf_write_config(const char *dir, const struct gpt_config *c, struct hf_tokens tokens);
// The same, where the weights are no floats of 4 bytes: ST_F16, ST_BF16.
void hf_write_config_as(const char *dir, const struct gpt_config *c, struct hf_tokens tokens,
                        enum safetensors_type type);
// What is not in the file is as transformers would have it: a GPT-2's n_inner is 4C, a Llama's rope_theta 10000, ...
// The sizes must be there.
bool hf_read_config(struct gpt_config *c, struct hf_tokens *tokens, const char *path, char *error, size_t error_size);
// Writes dir/tokenizer_config.json, so that transformers' AutoTokenizer takes the tokenizer.json beside it: the names
// of the special tokens, NULL where there is none, and the longest text.
struct hf_token_names {
    const char *begin, *end, *padding, *unknown;
};
void hf_write_tokenizer_config(const char *dir, struct hf_token_names names, int T);

// ---- hf_weights.c, hf_weights_write.c: model.safetensors ------------------------------------------------------------
// Writes dir/name: an array that lies as the parameters of c do, under the names of transformers. GPT-2's matrices
// are stored as (in,out) there; a Llama's queries, keys and values, gates and values, apart.
void hf_write_weights(const char *dir, const char *name, const struct gpt_config *c, const float *params);
// All weights of a model: dir/model.safetensors or several files, as hf_save_as has it.
void hf_write_weights_as(const char *dir, const struct gpt_config *c, const float *params, enum safetensors_type type,
                         double shard_bytes);
// path: a safetensors file, or the index of several (hf_shards_open).
// *params = such an array, which the caller frees. NULL on a fault. Memory is only taken once the file has been seen to
// hold what c says.
bool hf_read_weights(float **params, const struct gpt_config *c, const char *path, char *error, size_t error_size);
