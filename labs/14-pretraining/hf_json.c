// A JSON file as a whole.
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

void hf_json_write(json_t *root, const char *dir, const char *name) {
    if (!root) die("no memory for the JSON of %s/%s", dir, name);
    struct out_file out;
    out_open(&out, dir, name);
    if (json_dumpf(root, out.f, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0) fputc('\n', out.f);
    out_close(&out);
    json_decref(root);
}
