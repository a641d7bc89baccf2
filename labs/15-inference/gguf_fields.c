// Pairs of a kind that is expected, or a message that says what was.
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "15-inference/gguf_file.h"

// ---- Values ---------------------------------------------------------------------------------------------------------

bool gguf_is(struct gguf_string s, const char *other) {
    return s.size == strlen(other) && memcmp(s.data, other, s.size) == 0;
}

struct gguf_shown gguf_show(struct gguf_string s) {
    enum { MOST = 60 };
    struct gguf_shown shown = {"\""};
    size_t size = s.size < MOST ? s.size : MOST, whole = utf8_run(s.data, size);
    bool utf8 = whole == size || (s.size > MOST && whole + 3 >= size);  // a character may be cut at the end
    if (utf8) size = whole;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        shown.text[1 + i] = c < 32 || c == 127 || (c > 127 && !utf8) ? '?' : (char)c;
    }
    strcpy(shown.text + 1 + size, size < s.size ? "..\"" : "\"");
    return shown;
}

static bool has_sign(enum gguf_kind kind) {
    return kind == GGUF_I8 || kind == GGUF_I16 || kind == GGUF_I32 || kind == GGUF_I64;
}

static bool is_whole(enum gguf_kind kind) {
    return has_sign(kind) || kind == GGUF_U8 || kind == GGUF_U16 || kind == GGUF_U32 || kind == GGUF_U64;
}

// A whole number of any size; one that is larger than an int64_t can be comes out as the largest of those.
static int64_t whole_of(const struct gguf_pair *p) {
    size_t size = gguf_kind_size(p->kind);
    uint64_t bits = 0;
    memcpy(&bits, p->data, size);
    if (has_sign(p->kind) && bits >> (8 * size - 1) != 0 && size < sizeof bits) bits |= UINT64_MAX << 8 * size;
    if (!has_sign(p->kind) && bits > INT64_MAX) return INT64_MAX;
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double real_of(const struct gguf_pair *p) {
    float f32;
    double f64;
    if (p->kind == GGUF_F32) return memcpy(&f32, p->data, sizeof f32), f32;
    return memcpy(&f64, p->data, sizeof f64), f64;
}

static struct gguf_string string_of(const struct gguf_pair *p) {
    const unsigned char *at = p->data;
    return gguf_next_string(&at);
}

struct gguf_shown gguf_show_value(const struct gguf_pair *p) {
    struct gguf_shown shown;
    if (!p->array && p->kind == GGUF_STRING) return gguf_show(string_of(p));
    if (p->array) snprintf(shown.text, sizeof shown.text, "%zu items of kind %s", p->count, gguf_kind_name(p->kind));
    else if (p->kind == GGUF_BOOL) snprintf(shown.text, sizeof shown.text, p->data[0] ? "true" : "false");
    else if (is_whole(p->kind)) snprintf(shown.text, sizeof shown.text, "%lld", (long long)whole_of(p));
    else snprintf(shown.text, sizeof shown.text, "%.9g", real_of(p));
    return shown;
}

// ---- Faults ---------------------------------------------------------------------------------------------------------

static void refuse(struct gguf_fields *f, const char *format, va_list args) {
    char message[500];
    vsnprintf(message, sizeof message, format, args);
    if (f->ok) source_fault(&f->fault, "%s", message);
    f->ok = false;
}

void gguf_refuse(struct gguf_fields *f, const char *format, ...) {
    va_list args;
    va_start(args, format);
    refuse(f, format, args);
    va_end(args);
}

void gguf_refuse_pair(struct gguf_fields *f, const struct gguf_pair *p, const char *expected, ...) {
    char what[300];
    va_list args;
    va_start(args, expected);
    vsnprintf(what, sizeof what, expected, args);
    va_end(args);
    gguf_refuse(f, "byte %zu: metadata %s: expected %s, found %s", p->at, gguf_show(p->key).text, what,
                gguf_show_value(p).text);
}

// ---- Fields ---------------------------------------------------------------------------------------------------------

// The pair, or NULL; then ok is false if it is required.
static const struct gguf_pair *field(struct gguf_fields *f, const char *key, bool required) {
    const struct gguf_pair *p = gguf_find_pair(f->file, key);
    if (!p && required) gguf_refuse(f, "expected \"%s\" among the metadata, found no such key", key);
    return p;
}

int gguf_whole(struct gguf_fields *f, const char *key, int min, int max, int missing) {
    const struct gguf_pair *p = field(f, key, missing == GGUF_REQUIRED);
    if (!p) return missing == GGUF_REQUIRED ? min : missing;
    if (p->array || !is_whole(p->kind) || whole_of(p) < min || whole_of(p) > max) {
        gguf_refuse_pair(f, p, "a whole number from %d to %d", min, max);
        return min;
    }
    return (int)whole_of(p);
}

float gguf_real(struct gguf_fields *f, const char *key, float missing) {
    const struct gguf_pair *p = field(f, key, missing == GGUF_REQUIRED);
    if (!p) return missing == GGUF_REQUIRED ? 1 : missing;
    bool real = !p->array && (p->kind == GGUF_F32 || p->kind == GGUF_F64);
    float x = real ? (float)real_of(p) : 0;
    if (real && isfinite(x) && x > 0) return x;
    gguf_refuse_pair(f, p, "a number above 0, of kind f32");
    return 1;
}

bool gguf_bool(struct gguf_fields *f, const char *key, bool missing) {
    const struct gguf_pair *p = field(f, key, false);
    if (!p) return missing;
    if (p->array || p->kind != GGUF_BOOL) gguf_refuse_pair(f, p, "true or false");
    return p->data[0] == 1;
}

struct gguf_string gguf_text(struct gguf_fields *f, const char *key) {
    const struct gguf_pair *p = field(f, key, false);
    if (!p) return (struct gguf_string){"", 0};
    if (!p->array && p->kind == GGUF_STRING) return string_of(p);
    gguf_refuse_pair(f, p, "a string");
    return (struct gguf_string){"", 0};
}

const struct gguf_pair *gguf_array(struct gguf_fields *f, const char *key, enum gguf_kind kind, bool required) {
    const struct gguf_pair *p = field(f, key, required);
    if (!p || (p->array && p->kind == kind)) return p;
    gguf_refuse_pair(f, p, "an array of kind %s", gguf_kind_name(kind));
    return NULL;
}
