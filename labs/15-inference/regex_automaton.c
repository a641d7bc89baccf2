#include "15-inference/inference.h"
bool automaton_compile(struct automaton *a, const char *pattern, char *error, size_t error_size) {
    (void)a;
    (void)pattern;
    (void)error;
    (void)error_size;
    return false;
}
void automaton_free(struct automaton *a) {
    (void)a;
}
