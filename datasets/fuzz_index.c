// Any bytes as model.safetensors.index.json, beside two files with tensors a and b, and c: read whole, or refused with
// a message; never a crash, and never a file outside of the folder.
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "14-pretraining/hf_shards.h"
#include "datasets/fuzz_file.h"

static char folder[] = "/dev/shm/fuzz-index-XXXXXX";
static const char *const names[] = {"1.safetensors", "2.safetensors", "model.safetensors.index.json"};

static void clear(void) {
    char path[64];
    for (int i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    rmdir(folder);
}

static void write_tensors(const char *name, const char *const *tensor, int count) {
    struct safetensors_writer w;
    safetensors_begin(&w, folder, name);
    for (int i = 0; i < count; i++) safetensors_announce(&w, tensor[i], ST_F32, 1, (size_t[]){1});
    for (int i = 0; i < count; i++) safetensors_write_floats(&w, tensor[i], &(float){1});
    safetensors_end(&w);
}

static void make_folder(void) {
    static bool made;
    if (made) return;
    made = true;
    fuzz_require(mkdtemp(folder) != NULL, "a folder for the files");
    atexit(clear);
    write_tensors(names[0], (const char *const[]){"a", "b"}, 2);
    write_tensors(names[1], (const char *const[]){"c"}, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char path[64], error[300] = "";
    struct hf_shards s;
    make_folder();
    snprintf(path, sizeof path, "%s/%s", folder, names[2]);
    FILE *f = fopen(path, "wb");
    fuzz_require(f && fwrite(bytes, 1, size, f) == size && fclose(f) == 0, "the index is written");
    bool ok = hf_shards_open(&s, path, error, sizeof error);
    fuzz_require(ok || strncmp(error, folder, strlen(folder)) == 0, "the message names a file of the folder");
    fuzz_require(ok || s.count == 0, "a refused index leaves nothing");
    int tensors = 0;
    for (int i = 0; i < s.count; i++) tensors += s.file[i].count;
    fuzz_require(!ok || (s.count <= 2 && tensors <= 3), "every file is opened once");
    const char *const all[] = {"a", "b", "c"};
    int found = 0;
    for (int i = 0; i < COUNT(all); i++) {
        const struct safetensors *file;
        found += hf_shards_find(&file, &s, all[i]) != NULL;
    }
    fuzz_require(found == tensors, "every tensor is found");
    hf_shards_close(&s);
    return 0;
}
