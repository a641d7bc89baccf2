// Strings that grow.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data;  // ends with '\0' once something was added
    size_t size, capacity;
};
void text_add(struct text *t, const char *bytes, size_t size);
void text_put(struct text *t, const char *string);
void text_list(struct text *t, const char *format, va_list list);
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool text_read(struct text *t, const char *file);  // adds all of a file; false: errno says why not
void text_free(struct text *t);

char *text_copy(const char *bytes, size_t size);  // a string of its own
char *text_join(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *text_more(void *items, size_t size);  // realloc that ends the program when there is no memory
