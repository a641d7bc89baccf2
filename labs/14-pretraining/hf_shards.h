// Weights in one safetensors file or in several, and then an index, model.safetensors.index.json, which says what is
// where (Hugging Face's format; files of 5 to 50 GB are usual):
//     {"metadata": {"total_size": 96}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": ...}}
#pragma once
#include "14-pretraining/safetensors.h"

enum { HF_SHARDS_MAX = 512 };  // files open at a time

struct hf_shards {
    struct safetensors *file;  // (count)
    int count;
};
// Opens path, a safetensors file, or, where its name ends in .index.json, all files that it names. Returns false on any
// fault, with s left empty and file, place, what was expected and what was found in error. Refused are, besides what
// safetensors_open refuses: names of files with a folder in them, tensors that are not in the file that the index
// names, files whose tensors the index does not name (so no tensor can be there twice).
bool hf_shards_open(struct hf_shards *s, const char *path, char *error, size_t error_size);
void hf_shards_close(struct hf_shards *s);
// A tensor and the file that holds it; NULL: none.
const struct safetensors_tensor *hf_shards_find(const struct safetensors **file, const struct hf_shards *s,
                                                const char *name);
// Removes dir's index, if there is one, and then the files that it names: before other weights come in their place.
void hf_shards_remove(const char *dir);
