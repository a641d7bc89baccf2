#define _POSIX_C_SOURCE 200809L
// Tests of constrain.c.
#include "15-inference/choosing.h"

// An automaton of random steps, in memory that begins with a row of steps that nobody may look at.
struct wild {
    struct automaton a;
    int *memory;
};

static struct wild wild_automaton(int states, const char *bytes, int n, int percent) {
    struct wild w = {.a = {.states = states}, .memory = malloc(((size_t)states + 1) * 256 * sizeof(int))};
    for (int i = 0; i < (states + 1) * 256; i++) w.memory[i] = i < 256 ? 0 : -1;
    w.a.next = w.memory + 256;
    w.a.accepting = calloc((size_t)states, 1);
    w.a.alive = (bool *)calloc((size_t)states + 1, 1) + 1;
    w.a.alive[-1] = true;  // nobody may look here either
    for (int s = 0; s < states; s++)
        for (int i = 0; i < n; i++)
            if (grade_int(1, 100) <= percent) w.a.next[s * 256 + (unsigned char)bytes[i]] = grade_int(0, states - 1);
    return w;
}

static void wild_free(struct wild *w) {
    free(w->memory);
    free(w->a.accepting);
    free(w->a.alive - 1);
}

static void edge(struct automaton *a, int from, char byte, int to) {
    a->next[from * 256 + (unsigned char)byte] = to;
}

// As defined; signed_bytes: byte 255 read as -1, 254 as -2 ...
static int walk(const struct automaton *a, int state, const char *text, size_t n, bool signed_bytes) {
    for (size_t i = 0; i < n && state >= 0; i++) {
        const int byte = signed_bytes ? (signed char)text[i] : (unsigned char)text[i];
        state = a->next[state * 256 + byte];
    }
    return state;
}

EXERCISE(automaton_run, .number = "15.8", .points = 2) {
    // The text's example, ab*c: state 0 before a, 1 after it, 2 at the end.
    struct wild w = wild_automaton(3, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 1);
    edge(&w.a, 1, 'c', 2);
    suspect_scalar("always from state 0: it should start at the state that is given", -1);
    grade_scalar("ab*c: from state 1 after \"bc\"", automaton_run(&w.a, 1, "bc", 2), 2, 0);
    grade_equal("ab*c: from state 0 after \"abb\"", automaton_run(&w.a, 0, "abb", 3), 1);
    suspect_scalar("only the first byte is read", 1);
    grade_scalar("ab*c: from state 0 after \"abbc\"", automaton_run(&w.a, 0, "abbc", 4), 2, 0);
    grade_equal("ab*c: from state 0 after \"ca\": there is no such text", automaton_run(&w.a, 0, "ca", 2), -1);
    grade_equal("ab*c: from state 1 after nothing", automaton_run(&w.a, 1, "bc", 0), 1);
    grade_equal("ab*c: from no state", automaton_run(&w.a, -1, "abc", 3), -1);
    wild_free(&w);
    static const char bytes[] = "\0ab \n\x7f\x80\xa9\xc3\xff";
    for (int round = 0; round < 60; round++) {
        w = wild_automaton(grade_int(2, 9), bytes, sizeof bytes - 1, round % 2 ? 100 : 85);
        const int n = grade_int(1, 12), start = grade_int(0, w.a.states - 1);
        char *text = malloc((size_t)n);  // exactly as long: no zero ends it
        for (int i = 0; i < n; i++) text[i] = bytes[grade_int(0, (int)sizeof bytes - 2)];
        const int want = walk(&w.a, start, text, (size_t)n, false), other = walk(&w.a, start, text, (size_t)n, true);
        const int got = automaton_run(&w.a, start, text, (size_t)n);
        grade_true(got == want || got != other,
                   "bytes above 127: got state %d, expected %d\nlooks like: a char was used as an index as it is: "
                   "above 127 it "
                   "is negative. Turn it into an unsigned char",
                   got, want);
        const int zero_ends = walk(&w.a, start, text, strnlen(text, (size_t)n), false);
        if (zero_ends != want) suspect_scalar("byte 0 ends the text: there are n bytes, whatever they are", zero_ends);
        grade_scalar("state after random bytes", got, want, 0);
        free(text);
        wild_free(&w);
    }
}

// Marks from accepting states backwards, until nothing is new.
static void find_alive(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] >= 0 && alive[a->next[i]]) alive[i / 256] = true;
}

// What one round finds, from the first state to the last or back.
static void one_round(bool *alive, const struct automaton *a, bool back) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int i = 0; i < a->states; i++)
        for (int byte = 0; byte < 256; byte++) {
            const int state = back ? a->states - 1 - i : i, to = a->next[state * 256 + byte];
            if (to >= 0 && alive[to]) alive[state] = true;
        }
}

static void all_with_steps(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int i = 0; i < a->states * 256; i++)
        if (a->next[i] >= 0) alive[i / 256] = true;
}

// Without the steps to state 0.
static void back_to_0(bool *alive, const struct automaton *a) {
    memcpy(alive, a->accepting, (size_t)a->states);
    for (int round = 0; round < a->states; round++)
        for (int i = 0; i < a->states * 256; i++)
            if (a->next[i] > 0 && alive[a->next[i]]) alive[i / 256] = true;
}

static void check_alive(const char *what, struct automaton *a) {
    bool *want = malloc((size_t)a->states), *other = malloc((size_t)a->states);
    const size_t bytes = (size_t)a->states;
    for (int s = 0; s < a->states; s++) a->alive[s] = rng_below(grade_rng(), 2);  // whatever was there before
    automaton_find_alive(a);
    find_alive(want, a);
    const char *looks = "";
    const bool nothing_marked = memcmp(a->alive, a->accepting, bytes) == 0;
    all_with_steps(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks = "every state with a step is marked: it must be a step to a state that is alive";
    reached(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks =
            "marks are carried along the steps, from a state to those it leads to: they go the other way, from a "
            "marked "
            "state back to those that lead to it";
    for (int back = 0; back < 2; back++) {
        one_round(other, a, back);
        if (memcmp(a->alive, other, bytes) == 0)
            looks = "one round is not enough: go on until a whole round marks nothing new";
    }
    if (nothing_marked) looks = "only accepting states are marked, not those that lead to them";
    back_to_0(other, a);
    if (memcmp(a->alive, other, bytes) == 0)
        looks = "a step to state 0 does not count: it is a state like any other, and only -1 means that there is none";
    for (int s = 0; s < a->states; s++)
        grade_true(a->alive[s] == want[s], "%s: state %d: got %s, expected %s%s%s", what, s,
                   a->alive[s] ? "alive" : "not alive", want[s] ? "alive" : "not alive", *looks ? "\nlooks like: " : "",
                   looks);
    free(want);
    free(other);
}

EXERCISE(automaton_find_alive, .number = "15.8", .points = 2) {
    // The text's example: 0 -a-> 1 -b-> 2, the end; 0 -c-> 3 and 2 -d-> 3, a trap that only leads to itself.
    struct wild w = wild_automaton(4, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 2);
    edge(&w.a, 0, 'c', 3);
    edge(&w.a, 3, 'c', 3);
    edge(&w.a, 2, 'd', 3);
    w.a.accepting[2] = true;
    check_alive("ab, and a trap behind c and d", &w.a);
    wild_free(&w);
    for (int turned = 0; turned < 2; turned++) {  // a long way, its states numbered upwards or downwards
        const int n = grade_int(20, 40);
        w = wild_automaton(n, "", 0, 0);
        for (int s = 0; s + 1 < n; s++) {
            if (turned) edge(&w.a, s + 1, '\xe9', s);
            else edge(&w.a, s, '\xe9', s + 1);
        }
        w.a.accepting[turned ? 0 : n - 1] = true;
        check_alive(turned ? "a long way back" : "a long way", &w.a);
        wild_free(&w);
    }
    for (int round = 0; round < 60; round++) {
        w = wild_automaton(grade_int(2, 24), "xyz\xff", 4, grade_int(15, 45));
        for (int s = 0; s < w.a.states; s++) w.a.accepting[s] = rng_below(grade_rng(), 6) == 0;
        check_alive("a random automaton", &w.a);
        wild_free(&w);
    }
}

struct pieces {
    const char *text;
    const size_t *end;
    int V, stop;
};

enum token_habit {
    TOKENS_RIGHT,
    ONE_BYTE,
    MUST_END,
    TRAPS_TOO,
    EMPTY_TOO,
    STOP_ALWAYS,
    STOP_NEVER,
    STOP_ALIVE,
    STOP_BY_BYTES,
    END_OFF,
    FROM_START,
    NO_STATE,
    NOT_STATE_0,
    TOKEN_HABITS
};

static const char *const token_habit_name[TOKEN_HABITS] = {
    [ONE_BYTE] = "only the first byte of a token is looked at: all of them must be read",
    [MUST_END] = "the text must be able to end right after the token: it is enough that it can go on to an end (alive)",
    [TRAPS_TOO] = "the token may lead to a state from which no end can be reached: alive is not asked",
    [EMPTY_TOO] = "tokens without bytes may follow: they would come again for ever",
    [STOP_ALWAYS] = "the stop token may always follow: only where the text may end (accepting)",
    [STOP_NEVER] = "the stop token may never follow: where the text may end (accepting) it may",
    [STOP_ALIVE] = "the stop token may follow where the state is alive: it must be accepting",
    [STOP_BY_BYTES] = "the stop token is judged by its bytes, like any other: only `accepting` matters for it",
    [END_OFF] = "a token's bytes are read one too far or one too short: they are text + end[v-1] .. text + end[v] - 1",
    [NO_STATE] = "alive[-1] is read: after a token that cannot be read there is no state",
    [NOT_STATE_0] = "a token may lead back to state 0: only -1 means that it cannot be read",
    [FROM_START] = "tokens are read from state 0: `state` is where the text is",
};

// 1 may follow, 0 may not
static int token_may(const struct automaton *a, int state, const struct pieces *p, int v, enum token_habit habit) {
    const size_t start = v > 0 ? p->end[v - 1] : 0, size = p->end[v] - start;
    if (v == p->stop && habit == STOP_ALWAYS) return 1;
    if (v == p->stop && habit == STOP_NEVER) return 0;
    if (v == p->stop && habit == STOP_ALIVE) return a->alive[state];
    if (v == p->stop && habit != STOP_BY_BYTES) return a->accepting[state];
    if (size == 0) return habit == EMPTY_TOO && a->alive[state];
    const size_t read = habit == ONE_BYTE ? 1 : habit == END_OFF ? size - 1 : size;
    const int after = walk(a, habit == FROM_START ? 0 : state, p->text + start, read, false);
    if (after < 0) return habit == NO_STATE;
    if (after == 0 && habit == NOT_STATE_0) return 0;
    return (habit == MUST_END ? a->accepting[after] : habit == TRAPS_TOO || a->alive[after]);
}

static void check_allowed(const char *what, const struct automaton *a, int state, const struct pieces *p) {
    bool *got = malloc((size_t)p->V);
    int want = 0;
    for (int v = 0; v < p->V; v++) got[v] = v % 2 == 0;  // whatever was there before
    const int count = automaton_allowed(got, a, state, p->text, p->end, p->V, p->stop);
    int right[TOKEN_HABITS] = {0};
    for (int v = 0; v < p->V; v++)
        for (int h = 0; h < TOKEN_HABITS; h++) right[h] += got[v] == token_may(a, state, p, v, (enum token_habit)h);
    const char *looks = "";
    for (int h = TOKENS_RIGHT + 1; h < TOKEN_HABITS && right[0] < p->V; h++)
        if (right[h] == p->V) looks = token_habit_name[h];
    for (int v = 0; v < p->V; v++) {
        const int may = token_may(a, state, p, v, TOKENS_RIGHT);
        const size_t start = v > 0 ? p->end[v - 1] : 0;
        char bytes[32] = "";  // a message is text, and a token need not be
        for (size_t i = start; i < p->end[v]; i++)
            snprintf(bytes + strlen(bytes), sizeof bytes - strlen(bytes), p->text[i] & 128 ? "\\x%02x" : "%c",
                     (unsigned char)p->text[i]);
        grade_true(got[v] == may, "%s: token %d, \"%s\": got %s, expected %s%s%s", what, v, bytes,
                   got[v] ? "allowed" : "not allowed", may ? "allowed" : "not allowed", *looks ? "\nlooks like: " : "",
                   looks);
        want += may;
    }
    grade_equal("how many may follow", count, want);
    free(got);
}

EXERCISE(automaton_allowed, .number = "15.8", .points = 4, .needs = "automaton_run") {
    // The text's example: ab*c, with d behind a as a trap. Tokens: a, ab, abc, b, bc, ad, nothing, and the end.
    struct wild w = wild_automaton(4, "", 0, 0);
    edge(&w.a, 0, 'a', 1);
    edge(&w.a, 1, 'b', 1);
    edge(&w.a, 1, 'c', 2);
    edge(&w.a, 1, 'd', 3);
    edge(&w.a, 3, 'd', 3);
    w.a.accepting[2] = true;
    find_alive(w.a.alive, &w.a);
    const size_t ends[8] = {1, 3, 6, 7, 9, 11, 11, 11};
    struct pieces p = {"aababcbbcad", ends, 8, 7};
    check_allowed("ab*c, in the trap behind ad: nothing, not even the end", &w.a, 3, &p);
    check_allowed("ab*c, at the start: a, ab and abc", &w.a, 0, &p);
    check_allowed("ab*c, after a: b and bc", &w.a, 1, &p);
    check_allowed("ab*c, after abc: only the end", &w.a, 2, &p);
    p.stop = -1;
    check_allowed("ab*c, after abc, without a stop token: nothing", &w.a, 2, &p);
    wild_free(&w);
    for (int round = 0; round < 80; round++) {
        w = wild_automaton(grade_int(2, 9), "ab\xc3\xa9", 4, 60);
        for (int s = 0; s < w.a.states; s++) w.a.accepting[s] = rng_below(grade_rng(), 3) == 0;
        find_alive(w.a.alive, &w.a);
        const int V = grade_int(4, 40);
        size_t *end = malloc((size_t)V * sizeof *end), at = 0;
        char *text = malloc((size_t)V * 4 + 1);
        for (int v = 0; v < V; v++) {
            for (int i = rng_below(grade_rng(), 5); i > 0; i--) text[at++] = "ab\xc3\xa9"[rng_below(grade_rng(), 4)];
            end[v] = at;
        }
        p = (struct pieces){text, end, V, round % 3 == 0 ? -1 : grade_int(0, V - 1)};
        check_allowed("a random vocabulary", &w.a, grade_int(0, w.a.states - 1), &p);
        free(end);
        free(text);
        wild_free(&w);
    }
}
