// Which model, and in which format?
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "15-inference/model_file.h"
#include "datasets/source.h"

const char *const model_format_name[MODEL_FORMATS] = {"Hugging Face folder", "GGUF", "llama2.c"};

const char *model_find(const char *name) {
    static const char *const places[] = {"build/lab/14-pretraining/model", "build/demo/14-pretraining/model"};
    char path[4096];
    if (*name) return name;
    for (int i = 0; i < COUNT(places); i++) {
        snprintf(path, sizeof path, "%s/config.json", places[i]);
        if (access(path, F_OK) == 0) return places[i];
    }
    die("there is no model yet: neither %s nor %s. Chapter 14 trains one, in two minutes: make demo-14, or, with your "
        "own code, make lab-14. Or name another model, a folder or a file.",
        places[0], places[1]);
}

bool model_format_of(enum model_format *format, const char *path) {
    struct stat st;
    char config[4096], start[4] = "";
    if (stat(path, &st) != 0) return false;
    if (S_ISDIR(st.st_mode)) {
        snprintf(config, sizeof config, "%s/config.json", path);
        *format = FORMAT_HF;
        return access(config, F_OK) == 0;
    }
    FILE *f = fopen(path, "rb");
    size_t got = f ? fread(start, 1, sizeof start, f) : 0;
    if (f) fclose(f);
    *format = got == sizeof start && memcmp(start, "GGUF", 4) == 0 ? FORMAT_GGUF : FORMAT_LLAMA2C;
    return got > 0;
}

enum model_format model_format_named(const char *path) {
    if (ends_with(path, ".gguf")) return FORMAT_GGUF;
    return ends_with(path, ".bin") ? FORMAT_LLAMA2C : FORMAT_HF;
}
