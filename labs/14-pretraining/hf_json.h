// JSON files, read and written by Jansson.
#pragma once
#include <jansson.h>

#include "common/common.h"
#include "datasets/source.h"

// The file at fault->path, an object, which the caller lets go with json_decref. NULL on a fault, which is told in
// fault.
json_t *hf_json_read(struct source *fault);
// The next line of f, which the caller lets go; NULL at the end. *line counts them. Dies, naming path and the line, where
// it is no JSON.
json_t *hf_json_line(FILE *f, const char *path, int *line);
// Writes dir/name. Dies if it cannot be written, or if root is NULL: no memory. Lets root go.
void hf_json_write(json_t *root, const char *dir, const char *name);
