// Tokenizers from files, and back.
#include "15-inference/codec.h"
#include "15-inference/scored_json.h"

bool codec_read_folder(struct codec *c, const char *dir, char *error, size_t error_size) {
    (void)dir, (void)error, (void)error_size;
    *c = (struct codec){0};
    todo("codec_read_folder");
}

bool codec_read_file(struct codec *c, const char *path, char *error, size_t error_size) {
    (void)path, (void)error, (void)error_size;
    *c = (struct codec){0};
    todo("codec_read_file");
}

void codec_save_json(const struct codec *c, const char *dir, const char *name) {
    (void)c, (void)dir, (void)name;
    todo("codec_save_json");
}

void codec_save_folder(const struct codec *c, const char *dir, int T) {
    (void)c, (void)dir, (void)T;
    todo("codec_save_folder");
}

void codec_save_llama2c(const struct codec *c, const char *dir, const char *name) {
    (void)c, (void)dir, (void)name;
    todo("codec_save_llama2c");
}
