// A reward model as a folder that transformers loads: LlamaForSequenceClassification with one label, whose score is
// read, as ours, at the last token that is no padding. (A GPT-2's is GPT2ForSequenceClassification.)
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "14-pretraining/hf_folder.h"
#include "14-pretraining/hf_json.h"
#include "14-pretraining/hf_pieces.h"
#include "14-pretraining/hf_shards.h"
#include "18-reward/reward_model.h"

static const char score_name[] = "score.weight";  // (1,C)

// A model that judges makes no logits: the head over the vocabulary is left out, as transformers does it. A tied model
// has none.
static struct gpt_config without_head(struct gpt_config c) {
    c.tied = true;
    return c;
}

static const char *architecture(const struct gpt_config *c) {
    return c->shape == GPT2 ? "GPT2ForSequenceClassification" : "LlamaForSequenceClassification";
}

// ---- Writing --------------------------------------------------------------------------------------------------------

static void write_piece(struct safetensors_writer *w, const struct hf_piece *p, const float *params) {
    float *turned = p->transposed ? alloc_floats(p->count) : NULL;
    if (turned) hf_transpose(turned, params + p->at, p->rows, p->cols);
    safetensors_write_floats(w, p->name, turned ? turned : params + p->at);
    free(turned);
}

static void write_weights(const char *dir, const struct reward_model *m) {
    const struct gpt_config c = without_head(m->gpt.config);  // the head comes last: all else lies where it lay
    struct hf_pieces list = hf_list_pieces(&c, hf_usual_prefix(&c));
    struct safetensors_writer w;
    safetensors_begin(&w, dir, "model.safetensors");
    for (int i = 0; i < list.count; i++) {
        size_t shape[2];
        const int dims = hf_piece_shape(shape, &list.piece[i]);
        safetensors_announce(&w, list.piece[i].name, ST_F32, dims, shape);
    }
    safetensors_announce(&w, score_name, ST_F32, 2, (size_t[]){1, (size_t)c.C});
    for (int i = 0; i < list.count; i++) write_piece(&w, &list.piece[i], m->gpt.params);
    safetensors_write_floats(&w, score_name, m->head);
    safetensors_end(&w);
    free(list.piece);
}

// Chapter 14's config.json with a few lines changed: what the model is for, its one label, and our bias.
static void write_config(const char *dir, const struct reward_model *m, const struct codec *codec) {
    char path[4096], error[512];
    const struct gpt_config c = without_head(m->gpt.config);
    hf_write_config(dir, &c, codec->special);
    snprintf(path, sizeof path, "%s/config.json", dir);
    struct source fault = {.path = path, .error = error, .error_size = sizeof error};
    json_t *root = hf_json_read(&fault);
    if (!root) die("%s", error);
    json_t *more = json_pack("{s:[s], s:{s:s}, s:{s:i}, s:f}", "architectures", architecture(&c), "id2label", "0",
                             "reward", "label2id", "reward", 0, "reward_bias", (double)m->bias);
    if (!more || json_object_update(root, more) != 0) die("no memory for the JSON of %s", path);
    json_decref(more);
    hf_json_write(root, dir, "config.json");
}

void reward_save(const char *dir, const struct reward_model *m, const struct codec *codec) {
    write_weights(dir, m);
    hf_shards_remove(dir);
    codec_save_json(codec, dir, "tokenizer.json");
    chat_template_save(dir, codec, m->gpt.config.T, &village_chat);
    write_config(dir, m, codec);
}

// ---- Reading --------------------------------------------------------------------------------------------------------

// Dies unless config.json says that this model judges; *bias is ours.
static void read_label(float *bias, const char *dir, const struct gpt_config *c, const char *command) {
    char path[4096], error[512];
    snprintf(path, sizeof path, "%s/config.json", dir);
    struct source fault = {.path = path, .error = error, .error_size = sizeof error};
    json_t *root = hf_json_read(&fault);
    if (!root) die("%s. Make the model anew: %s", error, command);
    const char *found = json_string_value(json_array_get(json_object_get(root, "architectures"), 0));
    if (!found || strcmp(found, architecture(c)) != 0)
        die("%s: expected the architecture %s, found %.60s: this model does not judge answers. First run: %s", path,
            architecture(c), found ? found : "none", command);
    const size_t labels = json_object_size(json_object_get(root, "id2label"));
    if (labels != 1)
        die("%s: expected one label in id2label, the reward, found %zu. Make the model anew: %s", path, labels,
            command);
    const json_t *value = json_object_get(root, "reward_bias");
    *bias = value ? (float)json_number_value(value) : 0;
    if ((value && !json_is_number(value)) || !isfinite(*bias))
        die("%s: reward_bias: expected a number. Make the model anew: %s", path, command);
    json_decref(root);
}

// out = a tensor of dims dimensions with `rows` * `cols` numbers, which the files must hold.
static bool read_tensor(float *out, const struct hf_shards *files, const char *name, const size_t *shape, int dims,
                        struct source *fault) {
    const struct safetensors *file;
    const struct safetensors_tensor *t = hf_shards_find(&file, files, name);
    if (!t) return source_fault(fault, "expected a tensor \"%s\", found none", name);
    if (t->dims != dims || t->shape[0] != shape[0] || (dims == 2 && t->shape[1] != shape[1]))
        return source_fault(fault, "tensor \"%s\": its shape is not what config.json says", name);
    return safetensors_read_floats(out, file, t, fault->error, fault->error_size);
}

static bool read_piece(float *params, const struct hf_shards *files, const struct hf_piece *p, struct source *fault) {
    size_t shape[2];
    const int dims = hf_piece_shape(shape, p);
    float *turned = p->transposed ? alloc_floats(p->count) : NULL;
    const bool ok = read_tensor(turned ? turned : params + p->at, files, p->name, shape, dims, fault);
    if (ok && turned) hf_transpose(params + p->at, turned, p->cols, p->rows);
    free(turned);
    return ok;
}

static bool read_weights(struct reward_model *m, const struct gpt_config *c, const char *path, char *error,
                         size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    struct hf_shards files;
    if (!hf_shards_open(&files, path, error, error_size)) return false;
    struct hf_pieces list = hf_list_pieces(c, hf_usual_prefix(c));
    int tensors = 0;
    for (int i = 0; i < files.count; i++) tensors += files.file[i].count;
    bool ok = tensors == list.count + 1 ||
              source_fault(&fault, "expected %d tensors, as config.json says, found %d", list.count + 1, tensors);
    m->gpt = (struct gpt){.config = *c, .parameters = gpt_parameters(c), .causal = true};
    if (ok) {
        m->gpt.params = alloc_floats(m->gpt.parameters);
        m->head = alloc_floats((size_t)c->C);
        m->dhead = alloc_floats((size_t)c->C);
        gpt_point(&m->gpt.weights, c, m->gpt.params);
    }
    for (int i = 0; ok && i < list.count; i++) ok = read_piece(m->gpt.params, &files, &list.piece[i], &fault);
    ok = ok && read_tensor(m->head, &files, score_name, (size_t[]){1, (size_t)c->C}, 2, &fault);
    free(list.piece);
    hf_shards_close(&files);
    return ok;
}

void reward_open(struct reward_model *m, struct codec *codec, const char *dir, const char *command) {
    char path[4096], error[512];
    struct gpt_config c;
    *m = (struct reward_model){0};
    stage_check_files(dir, command);
    snprintf(path, sizeof path, "%s/config.json", dir);
    if (!hf_read_config(&c, NULL, path, error, sizeof error)) die("%s. Make the model anew: %s", error, command);
    c = without_head(c);
    read_label(&m->bias, dir, &c, command);
    if (!hf_find_weights(path, sizeof path, dir, error, sizeof error) ||
        !read_weights(m, &c, path, error, sizeof error) || !codec_read_folder(codec, dir, error, sizeof error))
        die("%s. Make the model anew: %s", error, command);
    stage_check_words(codec, dir, command);
    if (c.V < MW_WORDS || c.T < VILLAGE_T)
        die("the model in %s knows %d words and sees %d at once; the village has %d, and a question with its answer up "
            "to %d. Make another: %s",
            dir, c.V, c.T, MW_WORDS, VILLAGE_T, command);
}
