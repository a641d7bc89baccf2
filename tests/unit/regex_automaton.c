// Patterns of chapter 15 against PCRE2's: the same texts match. And what is refused, with which words.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <criterion/criterion.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "15-inference/inference.h"

// The code itself: unit tests are linked with nothing of a chapter.
#include "labs/15-inference/regex_automaton.c"
#include "labs/15-inference/regex_parse.c"
#include "solutions/15-inference/constrain.c"

static struct rng seeded(uint64_t stream) {
    struct rng r;
    rng_seed(&r, 15, stream);
    return r;
}

// ---- random patterns ------------------------------------------------------------------------------------------------
struct text {
    char data[400];
    size_t size;
};

static void put(struct text *t, const char *what) {
    const size_t size = strlen(what);
    if (t->size + size >= sizeof t->data) return;
    memcpy(t->data + t->size, what, size + 1);
    t->size += size;
}

static void random_pattern(struct text *t, struct rng *r, int depth) {
    static const char *const atoms[] = {"a",   "b",      "c",      "\xc3\xa9", "[ab]", "[^a]", "[a-c]",  ".",
                                        "\\d", "[b\\d]", "[^b-y]", "\\w",      "\\s",  "\\.",  "[\\]-]", "[-a]"};
    static const char *const signs[] = {"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}"};
    for (int i = rng_below(r, 4); i >= 0; i--) {
        if (depth > 0 && rng_below(r, 3) == 0) {
            put(t, "(");
            random_pattern(t, r, depth - 1);
            put(t, ")");
        } else put(t, atoms[rng_below(r, COUNT(atoms))]);
        if (rng_below(r, 3) == 0) put(t, signs[rng_below(r, COUNT(signs))]);
        if (rng_below(r, 6) == 0) put(t, "|");
    }
}

// In PCRE2's words: a character of two bytes is one thing there only in a group, as patterns are about bytes.
static void in_bytes(struct text *out, const char *pattern) {
    out->size = 0;
    for (const char *c = pattern; *c; c++) {
        const bool wide = (unsigned char)*c == 0xC3;
        char one[2] = {*c, 0};
        if (wide) put(out, "(?:");
        put(out, one);
        if (wide) {
            put(out, (char[]){*++c, 0});
            put(out, ")");
        }
    }
}

static bool pcre_matches(const pcre2_code *code, const struct text *t) {
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
    const int found = pcre2_match(code, (PCRE2_SPTR)t->data, t->size, 0, 0, match, NULL);
    pcre2_match_data_free(match);
    cr_assert(found > 0 || found == PCRE2_ERROR_NOMATCH, "PCRE2's error %d", found);
    return found > 0;
}

// A text that begins as one that matches does: the automaton shows the way, mostly.
static void random_text(struct text *t, const struct automaton *a, struct rng *r) {
    static const char bytes[] = "abcz19_. \n]-\xc3\xa9";
    int state = 0;
    t->size = 0;
    for (int n = rng_below(r, 9); n > 0; n--) {
        char byte = bytes[rng_below(r, (int)sizeof bytes - 1)];
        for (int i = 0; i < 20 && state >= 0 && a->next[state * 256 + (unsigned char)byte] < 0; i++)
            byte = bytes[rng_below(r, (int)sizeof bytes - 1)];
        t->data[t->size++] = byte;
        if (state >= 0) state = a->next[state * 256 + (unsigned char)byte];
    }
}

Test(regex_automaton, matches_what_pcre2_matches) {
    enum { PATTERNS = 3000, TEXTS = 60 };
    struct rng r = seeded(1);
    long matched = 0, compared = 0;
    for (int i = 0; i < PATTERNS; i++) {
        struct text pattern = {.size = 0}, theirs, t;
        struct automaton a;
        char error[300] = "";
        int fault;
        PCRE2_SIZE at;
        random_pattern(&pattern, &r, 2);
        in_bytes(&theirs, pattern.data);
        if (!automaton_compile(&a, pattern.data, error, sizeof error)) {
            cr_assert(strstr(error, "states"), "%s: %s", pattern.data, error);
            continue;
        }
        pcre2_code *code =
            pcre2_compile((PCRE2_SPTR)theirs.data, theirs.size, PCRE2_ANCHORED | PCRE2_ENDANCHORED, &fault, &at, NULL);
        cr_assert(code, "PCRE2 refuses %s", theirs.data);
        for (int k = 0; k < TEXTS; k++) {
            random_text(&t, &a, &r);
            const int state = automaton_run(&a, 0, t.data, t.size);
            const bool ours = state >= 0 && a.accepting[state];
            cr_assert(ours == pcre_matches(code, &t), "%s and \"%.*s\": %d here", pattern.data, (int)t.size, t.data,
                      ours);
            cr_assert(state < 0 || a.alive[state], "%s: a state from which no end can be reached", pattern.data);
            matched += ours;
            compared++;
        }
        pcre2_code_free(code);
        automaton_free(&a);
    }
    cr_assert(compared > PATTERNS * TEXTS * 9 / 10 && matched > compared / 10 && matched < compared * 9 / 10,
              "%ld of %ld texts match: too few or too many to prove anything", matched, compared);
}

static bool matches(const char *pattern, const char *text, size_t size) {
    struct automaton a;
    char error[300];
    cr_assert(automaton_compile(&a, pattern, error, sizeof error), "%s: %s", pattern, error);
    const int state = automaton_run(&a, 0, text, size);
    const bool found = state >= 0 && a.accepting[state];
    automaton_free(&a);
    return found;
}

Test(regex_automaton, characters_of_several_bytes_are_one_thing) {
    cr_assert(matches("\xe6\x97\xa5{2}", "\xe6\x97\xa5\xe6\x97\xa5", 6));
    cr_assert(!matches("\xe6\x97\xa5{2}", "\xe6\x97\xa5\xa5", 4));
    cr_assert(
        matches("[\xe6\x97\xa5"
                "a\xf0\x9f\x98\x80]+",
                "a\xf0\x9f\x98\x80\xe6\x97\xa5", 8));
    cr_assert(!matches("[\xe6\x97\xa5]", "\xe6", 1));
    cr_assert(matches("...", "\xe6\x97\xa5", 3));    // to a dot, they are bytes
    cr_assert(matches("\xff?\xc3", "\xff\xc3", 2));  // no UTF-8
}

Test(regex_automaton, every_byte_may_be_in_a_text) {
    cr_assert(matches("a[^b]c", "a\0c", 3));
    cr_assert(!matches("abc", "abc\0", 4));
    cr_assert(matches("", "", 0) && !matches("", "a", 1));
    cr_assert(matches(".", "\xff", 1) && !matches(".", "\n", 1) && matches("\\n", "\n", 1));
}

Test(regex_automaton, an_error_says_what_and_where) {
    static const struct {
        const char *pattern, *where, *what;
    } wrong[] = {
        {"ab(c", "character 3 of the pattern, (", "has no )"},
        {"ab)c", "character 3 of the pattern, )", "nothing was opened"},
        {"\xc3\xa9\xc3\xa9[a", "character 3 of the pattern, [", "has no ]"},
        {"a]", "character 2 of the pattern, ]", "nothing was opened"},
        {"[]", "character 2 of the pattern, ]", "at least one"},
        {"*a", "character 1 of the pattern, *", "nothing before it"},
        {"a+*", "character 3 of the pattern, *", "second repetition"},
        {"a{2", "character 2 of the pattern, {", "{2}, {2,} or {2,5}"},
        {"a{,2}", "character 2 of the pattern, {", "{2}, {2,} or {2,5}"},
        {"a{3,2}", "character 2 of the pattern, {", "the larger number"},
        {"a{5000}", "character 3 of the pattern, 5", "at most 1000"},
        {"a\\", "pattern's end, after 2 characters", "after the last \\"},
        {"a\\q", "character 3 of the pattern, q", "after \\"},
        {"[z-a]", "character 4 of the pattern, a", "ends before it begins"},
        {"[\xc3\xa9-z]", "character 2 of the pattern, \xc3\xa9", "begins with a single byte"},
        {"[a-\\d]", "character 4 of the pattern, \\", "ends with a single byte"},
        {"[^\xc3\xa9]", "character 3 of the pattern, \xc3\xa9", "several"},
        {"^a$", "character 1 of the pattern, ^", "whole text"},
        {"(?:a)", "character 2 of the pattern, ?", "plain ( )"},
    };
    for (int i = 0; i < COUNT(wrong); i++) {
        struct automaton a;
        char error[300] = "";
        cr_assert(!automaton_compile(&a, wrong[i].pattern, error, sizeof error), "%s is taken", wrong[i].pattern);
        cr_assert(strstr(error, wrong[i].where) && strstr(error, wrong[i].what), "%s: %s", wrong[i].pattern, error);
        cr_assert(!a.next && a.states == 0);
    }
}

Test(regex_automaton, no_pattern_eats_the_memory, .timeout = 60) {
    static const char *const large[] = {
        "(a|b)*a(a|b){12}",
        "((((a{1000}){1000}){1000}){1000}){1000}",
        "((((){1000}){1000}){1000}){1000}",
        "(((a{0}){1000}){1000}){1000}",
        ".{1000}.{1000}.{1000}.{1000}.{1000}.{1000}",
        "(.{0,900}[a-m]){2}(.{0,900}[k-z]){2}",
    };
    for (int i = 0; i < COUNT(large); i++) {
        struct automaton a;
        char error[300] = "";
        cr_assert(!automaton_compile(&a, large[i], error, sizeof error), "%s is taken", large[i]);
        cr_assert(strstr(error, "more than"), "%s: %s", large[i], error);
    }
    char deep[2001];
    memset(deep, '(', 1000);
    memset(deep + 1000, ')', 1000);
    deep[2000] = 0;
    struct automaton a;
    char error[300] = "";
    cr_assert(!automaton_compile(&a, deep, error, sizeof error) && strstr(error, "groups within each other"), "%s",
              error);
}

// Any bytes as a pattern: a fault or an automaton, and no crash.
Test(regex_automaton, any_bytes_are_a_pattern_or_a_fault) {
    static const char marks[] = "()[]{}|*+?.\\^-,0129dwsnaz\xc3\xa9\xe6 ";
    struct rng r = seeded(2);
    int good = 0;
    for (int i = 0; i < 30000; i++) {
        char pattern[20], error[300] = "";
        const int n = rng_below(&r, 19);
        for (int k = 0; k < n; k++) pattern[k] = marks[rng_below(&r, (int)sizeof marks - 1)];
        pattern[n] = 0;
        struct automaton a;
        const bool taken = automaton_compile(&a, pattern, error, sizeof error);
        cr_assert(taken ? a.states > 0 : *error && !a.next, "%s", pattern);
        good += taken;
        automaton_free(&a);
    }
    cr_assert(good > 300, "only %d patterns were taken", good);
}
