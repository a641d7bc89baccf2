// Several safetensors files as one.
#define _POSIX_C_SOURCE 200809L
#include "14-pretraining/hf_shards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_json.h"

static const char index_end[] = ".index.json";

// ---- The index ------------------------------------------------------------------------------------------------------

struct names {
    const char *name[HF_SHARDS_MAX];
    int count;
};

static int find_name(const struct names *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->name[i], name) == 0) return i;
    return -1;
}

// An index may come from anywhere: it must not lead out of its folder.
static bool is_plain(const char *name) {
    return *name && *name != '.' && !strchr(name, '/') && !strchr(name, '\\') && ends_with(name, ".safetensors") &&
           strlen(name) <= 255;
}

// The different files of a weight_map, in order of their first tensor.
static bool list_names(struct names *list, json_t *map, struct source *fault) {
    const char *key;
    json_t *value;
    if (!json_is_object(map) || json_object_size(map) == 0)
        return source_fault(fault, "expected an object \"weight_map\" of tensors and the files that hold them");
    json_object_foreach(map, key, value) {
        const char *name = json_string_value(value);
        if (!name || !is_plain(name))
            return source_fault(fault,
                                "weight_map: tensor \"%.60s\": expected the name of a .safetensors file beside the "
                                "index, found %s%.60s%s",
                                key, name ? "\"" : "", name ? name : "no string", name ? "\"" : "");
        if (find_name(list, name) >= 0) continue;
        if (list->count == HF_SHARDS_MAX)
            return source_fault(fault, "weight_map: expected at most %d files, found more", HF_SHARDS_MAX);
        list->name[list->count++] = name;
    }
    return true;
}

// path's folder and a file in it.
static void beside(char *out, size_t size, const char *path, const char *name) {
    const char *slash = strrchr(path, '/');
    snprintf(out, size, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
}

// What the index says of shard i, and what the shard holds, are the same.
static bool check_shard(const struct hf_shards *s, int i, const char *name, json_t *map, struct source *fault) {
    const char *key;
    json_t *value;
    json_object_foreach(map, key, value) {
        if (strcmp(json_string_value(value), name) == 0 && !safetensors_find(&s->file[i], key))
            return source_fault(fault, "weight_map: tensor \"%.60s\": expected in %.60s, which has no such tensor", key,
                                name);
    }
    for (int k = 0; k < s->file[i].count; k++) {
        const char *tensor = s->file[i].tensor[k].name, *where = json_string_value(json_object_get(map, tensor));
        if (!where || strcmp(where, name) != 0)
            return source_fault(fault, "weight_map: tensor \"%.60s\": found in %.60s, expected %s%.60s", tensor, name,
                                where ? "only in " : "in no file: the index does not name it", where ? where : "");
    }
    return true;
}

static bool open_all(struct hf_shards *s, const char *path, json_t *map, const struct names *list,
                     struct source *fault) {
    s->file = alloc_zeroed((size_t)list->count, sizeof *s->file);
    for (int i = 0; i < list->count; i++) {
        char shard[4096];
        beside(shard, sizeof shard, path, list->name[i]);
        if (!safetensors_open(&s->file[i], shard, fault->error, fault->error_size)) return false;
        s->count++;
        if (!check_shard(s, i, list->name[i], map, fault)) return false;
    }
    return true;
}

bool hf_shards_open(struct hf_shards *s, const char *path, char *error, size_t error_size) {
    struct source fault = {.path = path, .error = error, .error_size = error_size};
    *s = (struct hf_shards){0};
    bool ok;
    if (ends_with(path, index_end)) {
        struct names list = {.count = 0};
        json_t *root = hf_json_read(&fault), *map = json_object_get(root, "weight_map");
        ok = root && list_names(&list, map, &fault) && open_all(s, path, map, &list, &fault);
        json_decref(root);
    } else {
        s->file = alloc_zeroed(1, sizeof *s->file);
        ok = safetensors_open(s->file, path, error, error_size);
        s->count = ok;
    }
    if (!ok) hf_shards_close(s);
    return ok;
}

void hf_shards_close(struct hf_shards *s) {
    for (int i = 0; i < s->count; i++) safetensors_close(&s->file[i]);
    free(s->file);
    *s = (struct hf_shards){0};
}

const struct safetensors_tensor *hf_shards_find(const struct safetensors **file, const struct hf_shards *s,
                                                const char *name) {
    for (int i = 0; i < s->count; i++) {
        const struct safetensors_tensor *t = safetensors_find(&s->file[i], name);
        if (!t) continue;
        *file = &s->file[i];
        return t;
    }
    return NULL;
}

void hf_shards_remove(const char *dir) {
    char path[4096], shard[4096];
    struct names list = {.count = 0};
    struct source fault = {.path = path};
    snprintf(path, sizeof path, "%s/model.safetensors.index.json", dir);
    if (access(path, F_OK) != 0) return;
    json_t *root = hf_json_read(&fault);
    bool known = root && list_names(&list, json_object_get(root, "weight_map"), &fault);
    if (remove(path) != 0) die("cannot remove %s: %s", path, strerror(errno));
    for (int i = 0; known && i < list.count; i++) {
        beside(shard, sizeof shard, path, list.name[i]);
        remove(shard);
    }
    json_decref(root);
}
