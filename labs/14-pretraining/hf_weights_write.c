// Writing weights as transformers has them: in one file or in several.
#include <math.h>
#include <stdlib.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/hf_json.h"
#include "14-pretraining/hf_pieces.h"
#include "14-pretraining/hf_shards.h"

// Pieces first .. end - 1 as the file dir/name.
static void write_pieces(const char *dir, const char *name, const struct hf_piece *first, const struct hf_piece *end,
                         const float *params, enum safetensors_type type) {
    struct safetensors_writer w;
    safetensors_begin(&w, dir, name);
    for (const struct hf_piece *p = first; p < end; p++) {
        size_t shape[2];
        int dims = hf_piece_shape(shape, p);
        safetensors_announce(&w, p->name, type, dims, shape);
    }
    for (const struct hf_piece *p = first; p < end; p++) {
        float *turned = p->transposed ? alloc_floats(p->count) : NULL;
        if (turned) hf_transpose(turned, params + p->at, p->rows, p->cols);
        safetensors_write_floats(&w, p->name, turned ? turned : params + p->at);
        free(turned);
    }
    safetensors_end(&w);
}

void hf_write_weights(const char *dir, const char *name, const struct gpt_config *c, const float *params) {
    struct hf_pieces list = hf_list_pieces(c, hf_usual_prefix(c));
    write_pieces(dir, name, list.piece, list.piece + list.count, params, ST_F32);
    free(list.piece);
}

// As many pieces from `first` on as a file of so many bytes holds, at least one.
static int shard_end(const struct hf_pieces *list, int first, double bytes, size_t each) {
    double filled = 0;
    int end = first;
    while (end < list->count && (end == first || filled + (double)(list->piece[end].count * each) <= bytes))
        filled += (double)(list->piece[end++].count * each);
    return end;
}

// Files that are numbered, and the index, which makes a model of them only once all are there.
static void write_shards(const char *dir, const struct hf_pieces *list, const float *params, enum safetensors_type type,
                         double bytes) {
    size_t each = safetensors_type_size(type), total = 0;
    int shards = 0, at = 0;
    for (int first = 0; first < list->count; first = shard_end(list, first, bytes, each)) shards++;
    json_t *map = json_object();
    for (int first = 0, end; first < list->count; first = end) {
        char name[64];
        snprintf(name, sizeof name, "model-%05d-of-%05d.safetensors", ++at, shards);
        end = shard_end(list, first, bytes, each);
        write_pieces(dir, name, list->piece + first, list->piece + end, params, type);
        for (int i = first; i < end; i++) {
            json_object_set_new(map, list->piece[i].name, json_string(name));
            total += list->piece[i].count * each;
        }
    }
    hf_json_write(json_pack("{s:{s:I}, s:o}", "metadata", "total_size", (json_int_t)total, "weight_map", map), dir,
                  "model.safetensors.index.json");
}

void hf_write_weights_as(const char *dir, const struct gpt_config *c, const float *params, enum safetensors_type type,
                         double shard_bytes) {
    struct hf_pieces list = hf_list_pieces(c, hf_usual_prefix(c));
    double bytes = shard_bytes > 0 ? shard_bytes : INFINITY;
    // A folder with both says the one file (transformers too): what is old goes once the new is there.
    if (shard_end(&list, 0, bytes, safetensors_type_size(type)) == list.count) {
        write_pieces(dir, "model.safetensors", list.piece, list.piece + list.count, params, type);
        hf_shards_remove(dir);
    } else {
        char single[4096];
        hf_shards_remove(dir);
        write_shards(dir, &list, params, type, bytes);
        snprintf(single, sizeof single, "%s/model.safetensors", dir);
        remove(single);
    }
    free(list.piece);
}
