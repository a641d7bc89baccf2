// Unicode patterns, by PCRE2, and what is valid UTF-8.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "10-tokenizer/tokenizer.h"
#include "common/common.h"

struct regex {
    pcre2_code *code;
    pcre2_match_data *match;  // where the last match was; one thread at a time
};

// GPT-2's pattern with its \s spelled out as Unicode's White_Space, for PCRE2's own \s has U+180E too:
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
#define SPACE "\\t-\\r\\x{85}\\p{Z}"
static const char gpt2_pattern[] =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^" SPACE "\\p{L}\\p{N}]+|[" SPACE "]+(?![^" SPACE "])|[" SPACE "]+";

struct regex *regex_gpt2(void) {
    struct regex *r = alloc_zeroed(1, sizeof *r);
    int fault;
    PCRE2_SIZE at;
    r->code = pcre2_compile((PCRE2_SPTR)gpt2_pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED,
                            &fault, &at, NULL);
    if (!r->code)
        die("PCRE2 refuses the pattern at byte %zu (its error %d): is this PCRE2 built with Unicode?", at, fault);
    pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);  // where there is none, matching is slower
    r->match = pcre2_match_data_create_from_pattern(r->code, NULL);
    if (!r->match) die("no memory for PCRE2's matches");
    return r;
}

size_t regex_piece(const struct regex *r, const char *text, size_t size, size_t at) {
    int found = pcre2_match(r->code, (PCRE2_SPTR)text, size, at, PCRE2_NO_UTF_CHECK, r->match, NULL);
    // Every character is a space, a letter, a digit or something else, so one of the alternatives matches.
    if (found < 1) die("PCRE2 finds no piece at byte %zu (its error %d)", at, found);
    return pcre2_get_ovector_pointer(r->match)[1] - at;
}

void regex_free(struct regex *r) {
    if (!r) return;
    pcre2_match_data_free(r->match);
    pcre2_code_free(r->code);
    free(r);
}

// Bytes of the character that text starts with, 1 to 4, or 0: not valid UTF-8. (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF.)
static size_t utf8_character(const unsigned char *text, size_t size) {
    if (size == 0) return 0;
    unsigned char a = text[0];
    if (a < 0x80) return 1;
    size_t n = a >= 0xC2 && a <= 0xDF ? 2 : a >= 0xE0 && a <= 0xEF ? 3 : a >= 0xF0 && a <= 0xF4 ? 4 : 0;
    if (n == 0 || n > size) return 0;
    unsigned char low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80, high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
    if (text[1] < low || text[1] > high) return 0;
    for (size_t i = 2; i < n; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    return n;
}

size_t utf8_run(const char *text, size_t size) {
    size_t run = 0;
    for (size_t n; (n = utf8_character((const unsigned char *)text + run, size - run)) > 0;) run += n;
    return run;
}

size_t broken_run(const char *text, size_t size) {
    size_t run = 0;
    while (run < size && utf8_character((const unsigned char *)text + run, size - run) == 0) run++;
    return run;
}
