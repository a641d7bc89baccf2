// Reads a document of the micro-world word by word, by the same patterns it was written from.
#include <stdarg.h>
#include <string.h>

#include "datasets/micro_world.h"

// Letters of patterns, in the order of the classes (word lists have none).
static const char letters[] = "PHAFCONVW";

struct reader {
    const int *ids;
    int n, at;                // the next word is ids[at]
    int missed_at;            // the furthest word that fitted no pattern
    const char *expected[8];  // what would have fitted there: (alternatives) words, of so many letters
    int length[8], alternatives;
    char *fault;  // NULL: not wanted
    size_t size;
};

static bool fail(struct reader *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(struct reader *in, const char *format, ...) {
    if (!in->fault) return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(in->fault, in->size, format, arguments);
    va_end(arguments);
    return false;
}

// ---- patterns -------------------------------------------------------------------------------------------------------
static void miss(struct reader *in, int at, const char *expected, int length) {
    if (at < in->missed_at) return;
    if (at > in->missed_at) in->alternatives = 0;
    in->missed_at = at;
    for (int i = 0; i < in->alternatives; i++)
        if (in->length[i] == length && memcmp(in->expected[i], expected, (size_t)length) == 0) return;
    if (in->alternatives == COUNT(in->expected)) return;
    in->expected[in->alternatives] = expected;
    in->length[in->alternatives++] = length;
}

// No pattern fitted.
static bool fail_grammar(struct reader *in) {
    const char *found = in->missed_at < in->n ? micro_world_word(in->ids[in->missed_at]) : "the end";
    char all[200] = "";
    for (int i = 0; i < in->alternatives; i++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%.*s", i > 0 ? " or " : "", in->length[i], in->expected[i]);
    }
    return fail(in, "word %d is %s: %s expected", in->missed_at, found, all);
}

// If the next words fit the pattern, goes behind them, with the words of its letters in values.
static bool match(struct reader *in, const char *pattern, int *values) {
    int at = in->at;
    for (const char *p = pattern; *p; at++) {
        size_t length = strcspn(p, " ");
        const char *letter = *p >= 'A' && *p <= 'Z' ? strchr(letters, *p) : NULL;
        int id = at < in->n ? in->ids[at] : -1;
        if (letter) {
            enum micro_world_class class = (enum micro_world_class)(letter - letters);
            const char *name = micro_world_class[class].name;
            if (!micro_world_is(id, class)) return miss(in, at, name, (int)strlen(name)), false;
            *values++ = id;
        } else {
            const char *word = micro_world_word(id);
            if (strlen(word) != length || memcmp(word, p, length) != 0) return miss(in, at, p, (int)length), false;
        }
        p += length;
        p += *p == ' ';
    }
    in->at = at;
    in->missed_at = -1;
    return true;
}

static bool at_end(struct reader *in) {
    if (in->at < in->n && in->ids[in->at] == MW_EOS) return true;
    return miss(in, in->at, "<eos>", 5), false;
}

static int number_of(int id) {
    return id - micro_world_class[MW_NUMBER].first;
}

// ---- facts and sums -------------------------------------------------------------------------------------------------
// The attribute of the fact that stands next, with person and value in values; -1 if none does.
static int read_fact(struct reader *in, int *values) {
    for (int attribute = 0; attribute < MW_ATTRIBUTES; attribute++)
        for (int form = 0; form < 2; form++)
            if (match(in, micro_world_fact_form[attribute][form], values)) return attribute;
    return -1;
}

// One to four. Which of them, and in what order, is the writer's choice.
static bool read_facts(struct reader *in) {
    for (int count = 0; count == 0 || !at_end(in); count++) {
        int begin = in->at, values[2] = {0};
        int attribute = count < 4 ? read_fact(in, values) : -1;
        if (attribute < 0) return fail_grammar(in);
        char said[100];
        micro_world_decode(said, sizeof said, in->ids + begin, in->at - begin - 1);
        int truth = micro_world_fact(values[0], (enum micro_world_attribute)attribute);
        if (values[1] != truth) return fail(in, "%s: %s expected", said, micro_world_word(truth));
    }
    return true;
}

static bool read_sums(struct reader *in) {
    for (int count = 0; count == 0 || !at_end(in); count++) {
        int v[3] = {0};
        if (count == 4 || (!match(in, micro_world_sum_form[0], v) && !match(in, micro_world_sum_form[1], v)))
            return fail_grammar(in);
        int a = number_of(v[0]), b = number_of(v[1]), sum = number_of(v[2]);
        if (a > 9 || b > 9) return fail(in, "%d + %d: numbers from 0 to 9 are added", a, b);
        if (sum != a + b) return fail(in, "%d + %d is %d: %d expected", a, b, sum, a + b);
    }
    return true;
}

// ---- lists and counts -----------------------------------------------------------------------------------------------
static const enum micro_world_class listed[] = {MW_PET, MW_FOOD, MW_OBJECT, MW_COLOUR, MW_ZOG};

// The class of the next word, among the first `classes` of those listed; -1 if it is of none.
static int class_of_next(struct reader *in, int classes) {
    for (int i = 0; i < classes; i++)
        if (in->at < in->n && micro_world_is(in->ids[in->at], listed[i])) return (int)listed[i];
    return -1;
}

static bool read_list(struct reader *in, bool reverse) {
    match(in, reverse ? "reverse" : "repeat", NULL);
    int begin = in->at, class = class_of_next(in, COUNT(listed));
    if (class < 0) return miss(in, in->at, "a word of a list", 16), fail_grammar(in);
    while (in->at < in->n && micro_world_is(in->ids[in->at], (enum micro_world_class) class)) in->at++;
    int count = in->at - begin;
    if (count < 2 || count > 4) return fail(in, "a list of %d words: 2 to 4 expected", count);
    if (!match(in, "=", NULL)) return fail_grammar(in);
    for (int i = 0; i < count; i++, in->at++) {
        int expected = in->ids[begin + (reverse ? count - 1 - i : i)];
        int found = in->at < in->n ? in->ids[in->at] : -1;
        if (found == expected) continue;
        char said[200];
        micro_world_decode(said, sizeof said, in->ids + 1, in->at + (found >= 0) - 1);
        return fail(in, "%s: %s expected", said, micro_world_word(expected));
    }
    return match(in, ".", NULL) && at_end(in) ? true : fail_grammar(in);
}

static bool read_count(struct reader *in) {
    match(in, "count", NULL);
    int begin = in->at, said = -1;
    if (class_of_next(in, 3) < 0) return miss(in, in->at, "a pet, food or object", 21), fail_grammar(in);
    while (in->at < in->n && in->ids[in->at] == in->ids[begin]) in->at++;
    int count = in->at - begin;
    if (count > 6) return fail(in, "%d things to count: 6 at most expected", count);
    if (!match(in, "= N .", &said)) return fail_grammar(in);
    if (number_of(said) != count)
        return fail(in, "%d times %s counted as %d", count, micro_world_word(in->ids[begin]), number_of(said));
    return at_end(in) ? true : fail_grammar(in);
}

// ---- stories --------------------------------------------------------------------------------------------------------
struct story {
    int hero;
    int things[6], count;  // found: (count) pairs of colour and object
    bool told[3];
};

// The thing was found, and not told of before.
static bool tell(struct reader *in, struct story *s, int colour, int object) {
    const char *c = micro_world_word(colour), *o = micro_world_word(object);
    int i = 0;
    while (i < s->count && (s->things[2 * i] != colour || s->things[2 * i + 1] != object)) i++;
    if (i == s->count) return fail(in, "the %s %s was never found", c, o);
    if (s->told[i]) return fail(in, "the %s %s is told of twice", c, o);
    s->told[i] = true;
    return true;
}

// Sentences that tell of all things together. false: a fault, or there is none (then *any stays false).
static bool read_all_told(struct reader *in, struct story *s, bool *any) {
    int values[8] = {0};
    while (match(in, micro_world_told_form[s->count - 1], values)) {
        memset(s->told, 0, sizeof s->told);
        for (int i = 0; i < s->count; i++)
            if (!tell(in, s, values[2 + 2 * i], values[3 + 2 * i])) return false;
        *any = true;
    }
    return true;
}

static bool read_singles(struct reader *in, struct story *s, bool *any) {
    for (int form = 0; form < 3;) {
        int values[3] = {0};
        if (!match(in, micro_world_single_form[form], values)) {
            form++;
            continue;
        }
        if (form == 2 && values[0] != values[1])
            return fail(in, "what is %s? it is the %s thing that was asked for", micro_world_word(values[0]),
                        micro_world_word(values[0]));
        if (!tell(in, s, values[1], values[2])) return false;
        *any = true;
        form = 0;
    }
    return true;
}

static bool read_speech(struct reader *in) {
    static const char *const speeches[] = {"P said W .", "P said i do not know .", "P said say A in zog ."};
    int values[2];
    for (int i = 0; i < COUNT(speeches); i++)
        if (match(in, speeches[i], values)) return true;
    for (int i = 0; i < MW_ATTRIBUTES; i++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "P said %s", micro_world_question_form[i]);
        if (match(in, pattern, values)) return true;
    }
    return false;
}

// The first sentences: who found what.
static bool read_finding(struct reader *in, struct story *s, bool *journey) {
    int start[2] = {0}, values[7] = {0};
    *journey = match(in, "one day P went to the H .", start);
    for (s->count = 1; s->count <= 3; s->count++)
        if (match(in, micro_world_found_form[s->count - 1], values)) break;
    if (s->count > 3) return fail_grammar(in);
    s->hero = values[0];
    memcpy(s->things, values + 1, (size_t)s->count * 2 * sizeof(int));
    if (*journey && start[0] != s->hero)
        return fail(in, "%s went, but %s found", micro_world_word(start[0]), micro_world_word(s->hero));
    for (int i = 0; i < s->count; i++)
        for (int j = 0; j < i; j++)
            if (memcmp(s->things + 2 * i, s->things + 2 * j, 2 * sizeof(int)) == 0)
                return fail(in, "the %s %s is found twice", micro_world_word(s->things[2 * i]),
                            micro_world_word(s->things[2 * i + 1]));
    return true;
}

static bool read_story(struct reader *in) {
    struct story s = {0};
    bool journey, any = false;
    if (!read_finding(in, &s, &journey) || !read_all_told(in, &s, &any)) return false;
    if (!any && !read_singles(in, &s, &any)) return false;
    if (!any) return fail_grammar(in);
    int values[2] = {0};
    bool ended = read_speech(in);
    if (!ended && journey) {
        if (!match(in, "then P went home to the H .", values)) return fail_grammar(in);
        if (values[0] != s.hero)
            return fail(in, "%s went home, not %s", micro_world_word(values[0]), micro_world_word(s.hero));
        int home = micro_world_fact(s.hero, MW_LIVES);
        if (values[1] != home)
            return fail(in, "%s went home to the %s: %s expected", micro_world_word(s.hero),
                        micro_world_word(values[1]), micro_world_word(home));
    }
    return at_end(in) ? true : fail_grammar(in);
}

bool micro_world_well_formed(const int *ids, int n, char *fault, size_t size) {
    struct reader in = {.ids = ids, .n = n, .missed_at = -1, .fault = fault, .size = size};
    if (fault && size > 0) fault[0] = 0;
    int kind = micro_world_kind_of(ids, n);
    if (kind < 0) return fail(&in, "no document begins like this");
    in.at = 1;
    bool good = kind == MW_FACTS   ? read_facts(&in)
                : kind == MW_STORY ? read_story(&in)
                : kind == MW_SUMS  ? read_sums(&in)
                : kind == MW_COUNT ? read_count(&in)
                                   : read_list(&in, kind == MW_REVERSE);
    if (good && in.at != n - 1) return fail(&in, "%d words after <eos>", n - 1 - in.at);
    return good;
}
