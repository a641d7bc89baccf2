// Given: stacks of layers as text, on the command line or in a file.
#pragma once
#include "02-convolution/conv.h"

// A layer is one word, such as "conv:k5,s2,p1"; stack_syntax explains all of them. A map is "HEIGHTxWIDTHxCHANNELS".
// A stack file has "input 28x28x3" on its first line and one layer on each further line; # starts a comment.
extern const char *const stack_syntax;

struct stack {
    struct feature_map input;  // all 0 until it is known
    int n;
    struct layer *layers;      // (n)
    struct stack_place *from;  // (n)
};
struct stack_place {
    char text[64];  // the layer as it was written
    int line;       // in its file, from 1; 0 if it comes from no file
};

// Return false and write the reason (size bytes at most) if text is no map, or no layer.
bool map_parse(struct feature_map *map, char *reason, size_t size, const char *text);
bool layer_parse(struct layer *l, char *reason, size_t size, const char *text);

// Appends the layer to s, which starts as {0}. Returns false and writes the reason if text is no layer.
bool stack_add(struct stack *s, char *reason, size_t size, const char *text, int line);

// Appends the file at path to s, and sets s->input if the file has one. Dies, naming the file and the line, if it is no
// stack file.
void stack_read(struct stack *s, const char *path);

void stack_free(struct stack *s);  // leaves s empty
