// JSON files: as a whole, or line by line.
#define _POSIX_C_SOURCE 200809L
#include "14-pretraining/hf_json.h"

#include <stdlib.h>

json_t *hf_json_read(struct source *fault) {
    if (!source_open(fault, fault->path, fault->error, fault->error_size)) return NULL;
    struct buffer b = {0};
    char chunk[16384];
    int got;
    while ((got = source_read(fault, chunk, sizeof chunk)) > 0)
        if (!buffer_append(&b, chunk, (size_t)got, fault)) break;
    source_close(fault);
    json_t *root = NULL;
    if (got == 0) {
        json_error_t e;
        root = json_loadb(b.data ? (char *)b.data : "", b.size, JSON_REJECT_DUPLICATES, &e);
        if (!root) source_fault(fault, "line %d, column %d: expected JSON: %s", e.line, e.column, e.text);
    }
    free(b.data);
    if (root && !json_is_object(root)) {
        source_fault(fault, "expected a JSON object, {..}");
        json_decref(root);
        root = NULL;
    }
    return root;
}

json_t *hf_json_line(FILE *f, const char *path, int *line) {
    char *text = NULL;
    size_t capacity = 0;
    ssize_t size = getline(&text, &capacity, f);
    json_t *value = NULL;
    if (size >= 0) {
        json_error_t e;
        ++*line;
        value = json_loadb(text, (size_t)size, 0, &e);
        if (!value) die("%s, line %d, column %d: expected JSON: %s", path, *line, e.column, e.text);
    }
    free(text);
    return value;
}

void hf_json_write(json_t *root, const char *dir, const char *name) {
    if (!root) die("no memory for the JSON of %s/%s", dir, name);
    struct out_file out;
    out_open(&out, dir, name);
    if (json_dumpf(root, out.f, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0) fputc('\n', out.f);
    out_close(&out);
    json_decref(root);
}
