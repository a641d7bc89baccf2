// Tests of pages.c.
#include "15-inference/serving.h"

// The last `count` free pages go to the table, the way that the header asks for, without the learner's code.
static void hand_out(struct page_pool *p, struct page_table *t, int count) {
    for (int i = 0; i < count; i++) t->page[t->count++] = p->free_page[--p->free_count];
}

// Calls pages_reserve and compares all that it may change.
static void check_reserve(const char *what, struct page_pool *p, struct page_table *t, int more) {
    const int P = p->P, before = t->count, left = p->free_count, total = whole_pages(t->length + more, P);
    const int extra = total > before ? total - before : 0, length = t->length;
    const bool possible = extra <= left && before + extra <= t->capacity;
    int *page = grade_ints(before + extra + 1, 0, 0);
    memcpy(page, t->page, (size_t)before * sizeof *page);
    int *front = grade_ints(p->pages, 0, 0);
    memcpy(front, p->free_page, (size_t)p->pages * sizeof *front);
    for (int i = 0; i < extra && i < left; i++) page[before + i] = p->free_page[left - 1 - i];

    const bool got = pages_reserve(p, t, more);
    char where[300];
    snprintf(where, sizeof where,
             "%s: pages of %d positions; a text of %d positions with %d of at most %d pages wants %d more, %d pages "
             "are free",
             what, P, length, before, t->capacity, more, left);
    if (!possible) {
        grade_true(!got, "%s: got true, expected false%s", where,
                   extra <= left ? "\nlooks like: the table's capacity is not looked at" : "");
        grade_true(t->count == before && p->free_count == left,
                   "%s: that must change nothing, and now the text has %d pages\nlooks like: %s", where, t->count,
                   "pages are handed out before it is known whether there are enough");
        return;
    }
    const int by_call = before + whole_pages(more, P), down = (length + more) / P, one_more = down + 1;
    grade_true(got, "%s: got false, expected true%s", where,
               total < before ? "\nlooks like: pages that the text has too many of are a huge number without a sign"
               : extra == 0   ? "\nlooks like: the last page still has room, and a new one is asked for"
               : extra == left && before + extra < t->capacity ? "\nlooks like: the last free page is never handed out"
                                                               : "");
    snprintf(where + strlen(where), sizeof where - strlen(where), ": pages of the text after it");
    if (one_more != before + extra) suspect_scalar("one page too many where the last one is exactly full", one_more);
    if (down != before + extra) suspect_scalar("a page that is filled only in part is not counted: round up", down);
    if (by_call != before + extra)
        suspect_scalar("new pages for all new positions, though the last page still has room", by_call);
    grade_equal(where, t->count, before + extra);
    grade_equal("free_count afterwards", p->free_count, left - extra);
    grade_true(memcmp(page, t->page, (size_t)before * sizeof *page) == 0, "%s: the pages that it had are others now",
               what);
    for (int i = before; i < before + extra; i++)
        grade_true(t->page[i] == page[i], "%s: page[%d] of the text: got %d, expected %d%s", what, i, t->page[i],
                   page[i],
                   t->page[i] == front[i - before] ? "\nlooks like: pages are taken from the front of free_page, and "
                                                     "its last one is handed out first"
                                                   : "");
    grade_equal("length afterwards (reserved is not filled)", t->length, length);
}

EXERCISE(pages_reserve, .number = "15.12", .points = 2) {
    // The text's example: 5 pages of 4 positions, page 0 next, and two texts.
    struct page_pool p;
    page_pool_init(&p, 5, 4, 1, 1, 1);
    struct page_table a = empty_table(4), b = empty_table(4);
    check_reserve("text's example, 6 tokens come in", &p, &a, 6);
    check_reserve("text's example, it has more pages than it needs", &p, &a, 1);
    a.length = 6;
    check_reserve("text's example, the 7th token", &p, &a, 1);
    a.length = 7;
    check_reserve("text's example, the 8th token", &p, &a, 1);
    a.length = 8;
    check_reserve("text's example, the 9th token", &p, &a, 1);
    a.length = 9;
    check_reserve("text's example, a second text", &p, &b, 9);
    b.capacity = 1;
    check_reserve("text's example, a second text with a table for one page", &p, &b, 5);
    b.capacity = 4;
    check_reserve("text's example, a shorter second text", &p, &b, 8);
    b.length = 7;
    check_reserve("text's example, the pool is empty", &p, &b, 1);
    b.length = 8;
    check_reserve("text's example, the pool is empty and the page full", &p, &b, 1);
    page_pool_free(&p);

    // Three texts that come, grow and go, until every kind of answer was seen.
    enum { TEXTS = 3 };
    const int P = grade_int(2, 5);
    p = random_pool(grade_int(9, 12), P, 1, 1, 1);
    struct page_table t[TEXTS];
    for (int i = 0; i < TEXTS; i++) t[i] = empty_table(6);
    for (int round = 0; round < 100; round++) {
        struct page_table *one = &t[grade_int(0, TEXTS - 1)];
        const int more = round % 4 == 0 ? grade_int(0, 3 * P) : 1;
        check_reserve("texts that grow", &p, one, more);
        if (one->count * P >= one->length + more) one->length += more;
        if (round % 5 > 0) continue;
        while (one->count > 0) p.free_page[p.free_count++] = one->page[--one->count];
        one->length = 0;
        if (round % 2) rng_shuffle(grade_rng(), p.free_page, p.free_count);
    }
}

EXERCISE(pages_release, .number = "15.12", .points = 1) {
    for (int round = 0; round < 4; round++) {
        struct page_pool p = random_pool(grade_int(9, 14), 3, 1, 1, 1);
        struct page_table gone = empty_table(5), stays = empty_table(5);
        if (round == 0)  // 4 pages 0..3, page 0 next; the text that goes has 0 and 1
            for (int i = 0; i < p.pages; i++) p.free_page[i] = p.pages - 1 - i;
        hand_out(&p, &gone, round == 0 ? 2 : grade_int(2, 5));
        hand_out(&p, &stays, 3);
        gone.length = gone.count * 3 - 1;
        stays.length = 8;
        const int had = gone.count, left = p.free_count, total = left + had;
        int *page = grade_ints(5, 0, 0), *free_page = grade_ints(p.pages, 0, 0);
        memcpy(page, gone.page, (size_t)had * sizeof *page);
        memcpy(free_page, p.free_page, (size_t)p.pages * sizeof *page);
        double *want = grade_doubles(total), *turned = grade_doubles(total), *front = grade_doubles(total);
        for (int i = 0; i < total; i++) {
            want[i] = i < left ? free_page[i] : page[had - 1 - (i - left)];
            turned[i] = i < left ? free_page[i] : page[i - left];
            front[i] = i < had ? page[had - 1 - i] : free_page[i - had];
        }
        pages_release(&p, &gone);
        suspect_scalar("the pages are taken from the text but not given back", left);
        suspect_scalar("one page is lost", total - 1);
        grade_equal("free pages after a text has gone", p.free_count, total);
        float *got = grade_output(total);
        for (int i = 0; i < total; i++) got[i] = (float)p.free_page[i];
        suspect("given back first to last; the last page comes first, so that the first is handed out first again",
                turned);
        suspect("put in front of the free pages, where the end is asked for", front);
        grade_array("free_page after a text has gone", got, want, AXES("i", total), 0);
        grade_equal("pages of the text that has gone", gone.count, 0);
        suspect_scalar("the length stays, and the next text in this table would start in the middle", had * 3 - 1);
        grade_equal("length of the text that has gone", gone.length, 0);
        grade_true(stays.count == 3 && stays.length == 8, "another text lost pages or its length");
        pages_release(&p, &gone);
        grade_equal("free pages after it is released once more", p.free_count, total);
    }
}

static void check_write(const char *what, struct page_pool *p, const struct page_table *t, int layer, int position) {
    const int width = p->G * p->D, n = p->L * p->pages * p->P * width;
    float *k_before = grade_copy(p->k, n), *v_before = grade_copy(p->v, n);
    float *k = grade_floats(width), *v = grade_floats(width);
    pages_write(p, t, layer, position, k, v);
    static const char *const names[] = {
        [NO_TABLE] = "the text's table is not asked: its pages lie anywhere",
        [TURNED] = "P divides the position, and the remainder is the place in the page: the two are swapped",
        [LAYER_0] = "always layer 0",
        [PAGE_OUTSIDE] = "the pages come first and then the layers: k is (L,pages,P,G,D)",
        [FROM_PAGE_START] = "always the first position of the page"};
    const struct axes axes = AXES("lpsi", p->L, p->pages, p->P, width);
    for (enum writing how = NO_TABLE; how <= FROM_PAGE_START; how++)
        suspect(names[how], written(k_before, k, p, t, layer, position, how));
    suspect("keys and values are swapped", written(k_before, v, p, t, layer, position, RIGHT_PLACE));
    char name[100];
    snprintf(name, sizeof name, "k after %s (s: place in the page, i: of the G*D numbers)", what);
    grade_array(name, p->k, written(k_before, k, p, t, layer, position, RIGHT_PLACE), axes, 0);
    snprintf(name, sizeof name, "v after %s", what);
    suspect("keys are written where values belong", written(v_before, k, p, t, layer, position, RIGHT_PLACE));
    grade_array(name, p->v, written(v_before, v, p, t, layer, position, RIGHT_PLACE), axes, 0);
    grade_unchanged("the row k", k);
    grade_unchanged("the row v", v);
}

EXERCISE(pages_write, .number = "15.12", .points = 2) {
    // The text's example: pages of 4; a text in pages 3 and 0: position 2 is slot 14, position 5 is slot 1.
    struct page_pool p = random_pool(4, 4, 1, 1, 1);
    struct page_table t = empty_table(2);
    t.page[0] = 3, t.page[1] = 0, t.count = 2;
    check_write("writing position 5 of a text in pages 3 and 0 of 4", &p, &t, 0, 5);
    check_write("writing position 2 of a text in pages 3 and 0 of 4", &p, &t, 0, 2);
    p = random_pool(7, grade_int(3, 5), 3, 2, grade_int(2, 4));
    t = empty_table(4);
    hand_out(&p, &t, 4);
    for (int round = 0; round < 6; round++) {
        int layer, position, same, tries = 0;
        do {  // a place that every mistake misses, each in a way of its own
            layer = grade_int(0, 2), position = grade_int(0, 4 * p.P - 1), same = 0;
            for (enum writing i = RIGHT_PLACE; i <= FROM_PAGE_START; i++)
                for (enum writing j = RIGHT_PLACE; j < i; j++)
                    same += slot_of(&p, &t, layer, position, i) == slot_of(&p, &t, layer, position, j);
        } while (same > 0 && round < 5 && ++tries < 500);
        check_write("writing a position", &p, &t, layer, position);
    }
}

enum looking {
    AS_ASKED,
    NOT_SCALED,
    NO_TABLE_READ,
    HEADS_MIXED,
    NOT_RESCALED,
    PER_PAGE,
    WHOLE_PAGES,
    NOT_ITSELF,
    FIRST_LAYER
};

// One head in double. With a mistake: NOT_RESCALED leaves what was summed up as it is when the largest score grows;
// PER_PAGE takes a softmax within each page and adds up the results.
static void look(double *out, const float *q, const struct page_pool *p, const struct page_table *t, int layer,
                 int length, int g, enum looking how) {
    const int P = p->P, D = p->D, width = p->G * D;
    if (how == WHOLE_PAGES) length = whole_pages(length, P) * P;
    if (how == NOT_ITSELF) length--;
    if (how == FIRST_LAYER) layer = 0;
    double max = -INFINITY, sum = 0, *page_out = calloc((size_t)D, sizeof *page_out), page_sum = 0;
    for (int d = 0; d < D; d++) out[d] = 0;
    for (int s = 0; s < length; s++) {
        const int page = how == NO_TABLE_READ ? s / P : t->page[s / P];
        const int at = ((layer * p->pages + page) * P + s % P) * width + g * D;
        double score = 0;
        for (int d = 0; d < D; d++) score += (double)q[d] * p->k[at + d];
        if (how != NOT_SCALED) score /= sqrt(D);
        if (how == PER_PAGE) {
            for (int d = 0; d < D; d++) page_out[d] += exp(score) * p->v[at + d];
            page_sum += exp(score);
            if ((s + 1) % P && s + 1 < length) continue;
            for (int d = 0; d < D; d++) out[d] += page_out[d] / page_sum, page_out[d] = 0;
            page_sum = 0, sum = 1;
            continue;
        }
        // the largest score of this page and those before it: what a page's softmax is taken with
        double largest = max;
        for (int j = s; s % P == 0 && j < length && j < s + P; j++) {
            const int jpage = how == NO_TABLE_READ ? j / P : t->page[j / P];
            double other = 0;
            for (int d = 0; d < D; d++)
                other += (double)q[d] * p->k[((layer * p->pages + jpage) * P + j % P) * width + g * D + d];
            if (how != NOT_SCALED) other /= sqrt(D);
            if (other > largest) largest = other;
        }
        const double factor = max == -INFINITY ? 0 : exp(max - largest);
        max = largest;
        sum = sum * factor + exp(score - max);
        for (int d = 0; d < D; d++)
            out[d] = out[d] * (how == NOT_RESCALED ? 1 : factor) + exp(score - max) * p->v[at + d];
    }
    for (int d = 0; d < D; d++) out[d] /= sum;
    free(page_out);
}

static double *looked(const float *q, const struct page_pool *p, const struct page_table *t, int layer, int length,
                      int H, enum looking how) {
    double *out = grade_doubles(H * p->D);
    for (int h = 0; h < H; h++)
        look(out + h * p->D, q + h * p->D, p, t, layer, length, how == HEADS_MIXED ? h % p->G : h / (H / p->G), how);
    return out;
}

static void check_attention(const char *what, const float *q, const struct page_pool *p, const struct page_table *t,
                            int layer, int length, int H) {
    static const char *const names[] = {
        [NOT_SCALED] = "the scores are not divided by sqrt(D)",
        [NO_TABLE_READ] = "the text's table is not asked: its pages lie anywhere",
        [HEADS_MIXED] = "head h of queries belongs to head h / (H/G) of keys, not to h % G",
        [NOT_RESCALED] = "what was added up for earlier pages is not multiplied by online_softmax's factor",
        [PER_PAGE] = "a softmax for each page, and their answers added up: it goes over the whole text",
        [WHOLE_PAGES] = "the last page is read to its end: only positions below length are filled",
        [NOT_ITSELF] = "the last position is left out: a token sees itself",
        [FIRST_LAYER] = "always layer 0"};
    float *out = grade_output(H * p->D);
    paged_attention(out, q, p, t, layer, length, H);
    for (enum looking how = NOT_SCALED; how <= FIRST_LAYER; how++)
        if (how != NOT_ITSELF || length > 1) suspect(names[how], looked(q, p, t, layer, length, H, how));
    grade_array(what, out, looked(q, p, t, layer, length, H, AS_ASKED), AXES("hd", H, p->D), 2e-5);
    grade_unchanged("q", q);
    grade_unchanged("k", p->k);
    grade_unchanged("v", p->v);
}

EXERCISE(paged_attention, .number = "15.12", .points = 3, .needs = "pages_write") {
    // The text's example: pages of 2; positions 0, 1, 2 lie in pages 2, 2, 0. Scores log 1, log 2, log 5: probabilities
    // 1/8, 2/8, 5/8 of the values 1, 2, 6: 35/8.
    struct page_pool p = {.pages = 3, .P = 2, .L = 1, .G = 1, .D = 1};
    struct page_table t = empty_table(2);
    t.page[0] = 2, t.page[1] = 0, t.count = 2, t.length = 3;
    p.k = grade_copy((float[]){logf(5), 3, 1, -1, 0, logf(2)}, 6);
    p.v = grade_copy((float[]){6, 99, 50, -50, 1, 2}, 6);
    float *q = grade_copy((float[]){1}, 1);
    check_attention("text's example: probabilities 1/8, 2/8, 5/8 of the values 1, 2, 6", q, &p, &t, 0, 3, 1);

    for (int round = 0; round < 4; round++) {
        const int G = grade_int(2, 3), H = G * grade_int(2, 3), P = grade_int(3, 5), pages = 9;
        p = random_pool(pages, P, 2, G, 2 * grade_int(2, 4) + 1);
        t = empty_table(4);
        hand_out(&p, &t, 4);
        t.length = 3 * P + grade_int(1, P - 1);
        q = grade_floats(H * p.D);
        check_attention("out", q, &p, &t, 1, t.length, H);
        check_attention("out, where the pages are full", q, &p, &t, 1, 3 * P, H);
        check_attention("out, where a text has only begun", q, &p, &t, 1, 1, H);

        // Nobody else's keys may be read, not even to be multiplied by 0.
        const int width = G * p.D;
        bool *mine = calloc((size_t)(pages * P), sizeof *mine);
        for (int s = 0; s < t.length; s++) mine[t.page[s / P] * P + s % P] = true;
        for (int i = 0; i < 2 * pages * P; i++)
            for (int j = 0; j < width && !(i >= pages * P && mine[i - pages * P]); j++)
                p.k[i * width + j] = p.v[i * width + j] = NAN;
        float *out = grade_output(H * p.D);
        paged_attention(out, q, &p, &t, 1, t.length, H);
        grade_array("out, where all but this text's own keys and values are NaN", out,
                    looked(q, &p, &t, 1, t.length, H, AS_ASKED), AXES("hd", H, p.D), 2e-5);
        free(mine);
    }
}
