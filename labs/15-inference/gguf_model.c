// A model as one GGUF file, in and out.
#include "15-inference/gguf.h"

bool gguf_read(struct model_file *m, const char *path, char *error, size_t error_size) {
    (void)m;
    snprintf(error, error_size, "%s: GGUF files cannot be read yet", path);
    return false;
}

bool gguf_list(struct model_listing *l, const char *path, char *error, size_t error_size) {
    (void)l;
    snprintf(error, error_size, "%s: GGUF files cannot be read yet", path);
    return false;
}

bool gguf_write(const char *path, enum number_type type, const struct model_file *m, char *error, size_t error_size) {
    (void)type, (void)m;
    snprintf(error, error_size, "%s: GGUF files cannot be written yet", path);
    return false;
}
