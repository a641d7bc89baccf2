// What stands behind simtcc on its command line.
#pragma once
#include <stdbool.h>

struct list {
    char **item;  // ends with NULL
    int count;
};
void list_add(struct list *l, char *item);  // takes item
void list_copy(struct list *l, const char *const *items);
void list_words(struct list *l, const char *words);  // cut at spaces
void list_free(struct list *l);

struct options {
    bool fast, compile, print, dependencies, help;
    char *out, *dependency_file;
    struct list flags;    // of every run of the compiler
    struct list inputs;   // .cu files
    struct list sources;  // .c, .cpp
    struct list include;  // folders of -I
    struct list link;     // objects, libraries, and what the linker is to know
};

// False: the message was printed.
bool options_read(struct options *o, char **argument);
void options_free(struct options *o);
void options_help(void);
