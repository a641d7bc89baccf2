// Models in everybody's files, in and out:
//     a folder with config.json       Hugging Face (chapter 14's hf_folder.h), one or several safetensors files
//     a file that starts with "GGUF"  llama.cpp (gguf.h)
//     any other file                  llama2.c, version 0 (llama2c.h); its tokenizer is a file of its own
// None of the readers trusts a size that it has not checked against the file. Functions that return bool return false
// on any fault, with the file, the place, what was expected, what was found and what to do next in error.
#pragma once
#include "14-pretraining/hf_folder.h"
#include "15-inference/codec.h"
#include "15-inference/inference.h"

enum model_format { FORMAT_HF, FORMAT_GGUF, FORMAT_LLAMA2C, MODEL_FORMATS };
extern const char *const model_format_name[MODEL_FORMATS];  // "Hugging Face folder", "GGUF", "llama2.c"

// ---- model_file.c: whole models -------------------------------------------------------------------------------------
struct model_file {
    enum model_format format;
    struct gpt_config config;
    float *params;  // as gpt_tensors lays them out; quantized ones are turned to floats, which can be undone exactly
    enum number_type type;  // what most of the weights were
    struct codec codec;     // kind CODEC_NONE: the file had none
};
// tokenizer: for a model whose file has none, a tokenizer.json or llama2.c's tokenizer file; NULL or "": what is beside
// the model MODEL.bin: MODEL.tokenizer.bin, MODEL.tokenizer.json, or the one file tok*.bin of its folder if there is
// exactly one.
bool model_read(struct model_file *m, const char *path, const char *tokenizer, char *error, size_t error_size);
void model_load(struct model_file *m, const char *path, const char *tokenizer);  // the same; dies on a fault
void model_free(struct model_file *m);
// Writes a model in any format: path is a folder (FORMAT_HF) or a file. Types: F32, F16, BF16 (HF), all (GGUF), F32
// (llama2.c, with the tokenizer as MODEL.tokenizer.bin or .json beside it). shard_bytes: Hugging Face's files hold at
// most so many bytes of weights, or one tensor (0: one file). Each file is whole or absent. false, and why, where the
// format cannot hold it (a GPT-2 in llama2.c's), or if something else has that name already; dies, naming the file,
// where the disk refuses.
bool model_write(const char *path, enum model_format format, enum number_type type, const struct model_file *m,
                 double shard_bytes, char *error, size_t error_size);

// ---- model_find.c ---------------------------------------------------------------------------------------------------
// name, or, if that is "", where chapter 14 left its model: the learner's, else the demo's. Dies if there is none.
const char *model_find(const char *name);
bool model_format_of(enum model_format *format, const char *path);  // of what is there; false: nothing, or no model
enum model_format model_format_named(const char *path);             // by the name alone: .gguf, .bin, else a folder

// ---- model_list.c, model_listing.c ----------------------------------------------------------------------------------
// What is in a file, without its numbers: for tables and for the memory calculator. A config.json alone will do: then
// tensors are what chapter 13 would make of it, and `type` is F32.
struct model_listing {
    enum model_format format;
    struct gpt_config config;
    struct listed_tensor {
        char name[96];
        char type[8];     // "F32", "Q4_0", ...
        size_t shape[4];  // outermost first
        int dims;
        double bytes;
    } * tensor;
    int count;
    double bytes;     // of all tensors
    bool sizes_only;  // there are no weights, only a config.json
};
bool model_list(struct model_listing *l, const char *path, char *error, size_t error_size);
void model_listing_free(struct model_listing *l);
// Appends a tensor, for those who fill a listing; its bytes are added to all. At most 4 dimensions; longer names are
// cut.
void model_listing_add(struct model_listing *l, const char *name, const char *type, int dims, const size_t *shape,
                       double bytes);
