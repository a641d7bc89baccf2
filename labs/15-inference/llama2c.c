// llama2.c's checkpoints.
#include "15-inference/llama2c.h"

bool llama2c_read(struct model_file *m, const char *path, char *error, size_t error_size) {
    (void)path, (void)error, (void)error_size;
    *m = (struct model_file){0};
    todo("llama2c_read");
}

bool llama2c_list(struct model_listing *l, const char *path, char *error, size_t error_size) {
    (void)path, (void)error, (void)error_size;
    *l = (struct model_listing){0};
    todo("llama2c_list");
}

bool llama2c_write(const char *path, const struct model_file *m, char *error, size_t error_size) {
    (void)path, (void)m, (void)error, (void)error_size;
    todo("llama2c_write");
}
