// The micro-world: what it says is right, its checker sees what is wrong, and its bits are the same everywhere.
#define _GNU_SOURCE  // strdup
#include "datasets/micro_world.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct rng seeded(uint64_t seed) {
    struct rng r;
    rng_seed(&r, seed, 0);
    return r;
}

static const char *text_of(const int *ids, int n) {
    static char text[1000];
    micro_world_decode(text, sizeof text, ids, n);
    return text;
}

static void expect_good(const int *ids, int n) {
    char fault[200];
    cr_expect(micro_world_well_formed(ids, n, fault, sizeof fault), "%s\n    %s", text_of(ids, n), fault);
}

// The fault found in a document given as text without <bos> and <eos>; "" if there is none.
static const char *fault_of(const char *text) {
    static char fault[200];
    int ids[100] = {MW_BOS}, n = micro_world_encode(ids + 1, 90, text);
    cr_assert(n > 0, "a word of \"%s\" is unknown", text);
    ids[n + 1] = MW_EOS;
    bool good = micro_world_well_formed(ids, n + 2, fault, sizeof fault);
    cr_expect(good == (fault[0] == 0), "%s: a fault and no fault", text);
    return fault;
}

#define EXPECT_FAULT(text, fault) cr_expect_str_eq(fault_of(text), fault)

// ---- words ----------------------------------------------------------------------------------------------------------
Test(micro_world, words_have_ids) {
    cr_expect_str_eq(micro_world_word(MW_PAD), "<pad>");
    cr_expect_str_eq(micro_world_word(MW_BOS), "<bos>");
    cr_expect_str_eq(micro_world_word(MW_EOS), "<eos>");
    cr_expect_str_eq(micro_world_word(MW_Q), "<q>");
    cr_expect_str_eq(micro_world_word(MW_A), "<a>");
    for (int id = 0; id < MW_WORDS; id++) cr_expect_eq(micro_world_id(micro_world_word(id)), id, "id %d", id);
    cr_expect_str_eq(micro_world_word(MW_WORDS), "<unused>");
    cr_expect_str_eq(micro_world_word(-1), "<unused>");
    cr_expect_eq(micro_world_id("computer"), -1);
    cr_expect_eq(micro_world_id(""), -1);
    cr_expect(MW_V % 16 == 0 && MW_V >= MW_WORDS && MW_V < MW_WORDS + 16);
}

Test(micro_world, classes_hold_their_words) {
    static const struct {
        enum micro_world_class class;
        const char *first, *last;
    } ends[MW_CLASSES] = {
        {MW_PERSON, "tom", "una"},   {MW_HOME, "barn", "camp"},   {MW_PET, "cat", "frog"}, {MW_FOOD, "soup", "jam"},
        {MW_COLOUR, "red", "white"}, {MW_OBJECT, "ball", "coin"}, {MW_NUMBER, "0", "18"},  {MW_VERB, "saw", "took"},
        {MW_STYLE, "sure", "blah"},  {MW_ZOG, "zib", "dri"},
    };
    for (int i = 0; i < MW_CLASSES; i++) {
        struct micro_world_class_words c = micro_world_class[ends[i].class];
        cr_expect_str_eq(micro_world_word(c.first), ends[i].first);
        cr_expect_str_eq(micro_world_word(c.first + c.count - 1), ends[i].last);
        cr_expect(micro_world_is(c.first, ends[i].class) && micro_world_is(c.first + c.count - 1, ends[i].class));
        cr_expect(!micro_world_is(c.first - 1, ends[i].class) && !micro_world_is(c.first + c.count, ends[i].class));
    }
}

Test(micro_world, text_becomes_ids_and_back) {
    int ids[8];
    cr_assert_eq(micro_world_encode(ids, 8, " tom\tlives in\n the barn .  "), 6);
    cr_expect_str_eq(text_of(ids, 6), "tom lives in the barn .");
    cr_expect_eq(micro_world_encode(ids, 8, ""), 0);
    cr_expect_eq(micro_world_encode(ids, 5, "tom lives in the barn ."), -1, "six words into five places");
    cr_expect_eq(micro_world_encode(ids, 8, "tom lives in the bar"), -1, "unknown word");
    struct rng r = seeded(3);
    for (int i = 0; i < 1000; i++) {
        int document[MW_LONGEST], again[MW_LONGEST], n = micro_world_document(document, &r);
        cr_assert_eq(micro_world_encode(again, MW_LONGEST, text_of(document, n)), n);
        cr_assert_arr_eq(again, document, (size_t)n * sizeof(int));
    }
    char small[7] = "......";
    micro_world_decode(small, sizeof small, ids, 3);
    cr_expect_str_eq(small, "tom li");
    micro_world_decode(small, sizeof small, ids, 0);
    cr_expect_str_eq(small, "");
}

// ---- truth ----------------------------------------------------------------------------------------------------------
Test(micro_world, facts_are_spread_over_their_values) {
    for (int a = 0; a < MW_ATTRIBUTES; a++) {
        struct micro_world_class_words values = micro_world_class[MW_HOME + a];
        int seen[8] = {0};
        for (int i = 0; i < 12; i++) {
            int value = micro_world_fact(micro_world_class[MW_PERSON].first + i, (enum micro_world_attribute)a);
            cr_assert(micro_world_is(value, (enum micro_world_class)(MW_HOME + a)));
            seen[value - values.first]++;
        }
        for (int v = 0; v < 8; v++) cr_expect(seen[v] == 1 || seen[v] == 2, "%d times %s", seen[v], values.name);
    }
}

Test(micro_world, a_part_is_held_out) {
    int facts[12] = {0}, sums = 0;
    for (int p = 0; p < 12; p++)
        for (int a = 0; a < MW_ATTRIBUTES; a++)
            facts[p] += micro_world_held_fact(micro_world_class[MW_PERSON].first + p, (enum micro_world_attribute)a);
    for (int p = 0; p < 12; p++) cr_expect_eq(facts[p], 1, "one fact of each person");
    for (int a = 0; a < 10; a++)
        for (int b = 0; b < 10; b++) {
            sums += micro_world_held_sum(a, b);
            cr_expect_eq(micro_world_held_sum(a, b), micro_world_held_sum(b, a));
        }
    cr_expect_eq(sums, 20);
    int lists = 0;  // all lists of three pets
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            for (int k = 0; k < 8; k++) {
                int first = micro_world_class[MW_PET].first, list[3] = {first + i, first + j, first + k};
                lists += i != j && j != k && i != k && micro_world_held_words(list, 3);
            }
    cr_expect(lists > 45 && lists < 90, "%d of 336 lists held out, about 67 expected", lists);
}

Test(micro_world, draws_keep_to_what_is_held_out) {
    struct rng r = seeded(4);
    for (int i = 0; i < 2000; i++) {
        bool held = i % 2;
        int words[8], n = 2 + i % 4, things[6], word, how_many;
        micro_world_draw_list(words, n, MW_ZOG, held, &r);
        cr_expect_eq(micro_world_held_words(words, n), held);
        for (int k = 0; k < n; k++) cr_expect(micro_world_is(words[k], MW_ZOG));
        micro_world_draw_things(things, 1 + i % 3, held, &r);
        cr_expect_eq(micro_world_held_words(things, 2 * (1 + i % 3)), held);
        micro_world_draw_count(&word, &how_many, held, &r);
        int pair[2] = {word, micro_world_class[MW_NUMBER].first + how_many};
        cr_expect_eq(micro_world_held_words(pair, 2), held);
        cr_expect(how_many >= 1 && how_many <= 6);
    }
}

// ---- documents ------------------------------------------------------------------------------------------------------
Test(micro_world, documents_are_right_and_short) {
    enum { N = 20000 };
    struct rng r = seeded(1);
    int kinds[MW_KINDS] = {0}, seen[MW_V] = {0}, longest = 0;
    long tokens = 0;
    for (int i = 0; i < N; i++) {
        int ids[MW_LONGEST], n = micro_world_document(ids, &r), kind = micro_world_kind_of(ids, n);
        cr_assert(kind >= 0, "%s", text_of(ids, n));
        expect_good(ids, n);
        kinds[kind]++;
        tokens += n;
        if (n > longest) longest = n;
        for (int k = 0; k < n; k++) seen[ids[k]]++;
    }
    static const double share[MW_KINDS] = {.18, .40, .09, .13, .13, .07};
    for (int k = 0; k < MW_KINDS; k++)
        cr_expect_float_eq(kinds[k] / (double)N, share[k], .015, "%s: %d", micro_world_kind_name[k], kinds[k]);
    double mean = tokens / (double)N;
    cr_expect(mean > 22.5 && mean < 25, "mean length %.2f", mean);
    // Every predicted token but <bos>: what a model reads that sees one document at a time.
    double best = micro_world_entropy() * N / (double)(tokens - N);
    printf("# %.2f tokens a document; nobody's loss is below %.4f nats a token\n", mean, best);
    cr_expect(best > .6 && best < .7, "%.4f", best);
    cr_expect(longest <= MW_LONGEST && longest > 55, "longest %d", longest);
    for (int id = MW_A + 1; id < MW_WORDS; id++)
        cr_expect(seen[id] > 20, "%s: %d times", micro_world_word(id), seen[id]);
    cr_expect(seen[MW_PAD] == 0 && seen[MW_Q] == 0 && seen[MW_A] == 0);
}

Test(micro_world, documents_can_be_of_one_kind) {
    struct rng r = seeded(2);
    for (int i = 0; i < 3000; i++) {
        int ids[MW_LONGEST], kind = i % MW_KINDS;
        int n = micro_world_document_of(ids, (enum micro_world_kind)kind, &r);
        cr_expect_eq(micro_world_kind_of(ids, n), kind);
        expect_good(ids, n);
    }
}

// Lists and counts that are held out, read off the documents themselves.
Test(micro_world, documents_hold_no_held_out_list) {
    struct rng r = seeded(5);
    int equals = micro_world_id("="), number = micro_world_class[MW_NUMBER].first;
    for (int i = 0; i < 5000; i++) {
        static const enum micro_world_kind kinds[3] = {MW_REPEAT, MW_REVERSE, MW_COUNT};
        int ids[MW_LONGEST], words = 0;
        micro_world_document_of(ids, kinds[i % 3], &r);
        while (ids[2 + words] != equals) words++;
        int pair[2] = {ids[2], number + words};
        cr_expect(i % 3 == 2 ? !micro_world_held_words(pair, 2) : !micro_world_held_words(ids + 2, words));
    }
}

static uint64_t hash_of(const int *ids, int n) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < n; i++) hash = (hash ^ (uint64_t)ids[i]) * 0x100000001b3u;
    return hash;
}

Test(micro_world, bits_are_the_same_everywhere) {
    struct micro_world_corpus c = micro_world_corpus(100000, 1, MW_TRAINING);
    cr_expect_eq(hash_of(c.ids, c.tokens), 0x78e84efaf7b3bbe1u, "training: 0x%llx",
                 (unsigned long long)hash_of(c.ids, c.tokens));
    micro_world_corpus_free(&c);
    uint64_t hash = 0;
    for (int p = 0; p < 12; p++)
        for (int a = 0; a < MW_ATTRIBUTES; a++) {
            int pair[2] = {(int)(hash & 0xffff),
                           micro_world_fact(micro_world_class[MW_PERSON].first + p, (enum micro_world_attribute)a)};
            hash = hash_of(pair, 2);
        }
    cr_expect_eq(hash, 0xc773f6085769a578u, "facts: 0x%llx", (unsigned long long)hash);
    struct micro_world_page *pages = micro_world_pages(200, 1);
    hash = 0xcbf29ce484222325u;
    for (int i = 0; i < 200; i++)
        for (const char *t = pages[i].text; *t; t++) hash = (hash ^ (unsigned char)*t) * 0x100000001b3u;
    cr_expect_eq(hash, 0x350f9e12c4da7742u, "pages: 0x%llx", (unsigned long long)hash);
    micro_world_pages_free(pages, 200);
}

Test(micro_world, a_corpus_is_whole_documents) {
    struct micro_world_corpus train = micro_world_corpus(20000, 9, MW_TRAINING),
                              same = micro_world_corpus(20000, 9, MW_TRAINING);
    struct micro_world_corpus held = micro_world_corpus(20000, 9, MW_VALIDATION),
                              none = micro_world_corpus(0, 9, MW_TRAINING);
    cr_expect(train.tokens >= 20000 && train.tokens < 20000 + MW_LONGEST);
    cr_expect(train.start[0] == 0 && train.start[train.documents] == train.tokens);
    for (int i = 0; i < train.documents; i++)
        expect_good(train.ids + train.start[i], train.start[i + 1] - train.start[i]);
    cr_assert_eq(same.tokens, train.tokens);
    cr_expect_arr_eq(same.ids, train.ids, (size_t)train.tokens * sizeof(int));
    cr_expect(memcmp(held.ids, train.ids, 1000 * sizeof(int)) != 0, "another stream, other documents");
    cr_expect(none.tokens == 0 && none.documents == 0 && none.start[0] == 0);
    micro_world_corpus_free(&train);
    micro_world_corpus_free(&same);
    micro_world_corpus_free(&held);
    micro_world_corpus_free(&none);
}

// ---- the checker ----------------------------------------------------------------------------------------------------
Test(micro_world, faults_are_named) {
    cr_expect_str_eq(fault_of("3 + 4 is 7 . 9 + 9 = 18 ."), "");
    EXPECT_FAULT("3 + 4 is 8 .", "3 + 4 is 8: 7 expected");
    EXPECT_FAULT("3 + 10 = 13 .", "3 + 10: numbers from 0 to 9 are added");
    EXPECT_FAULT("3 + 4 = 7", "word 6 is <eos>: . expected");
    EXPECT_FAULT("reverse cat dog hen = hen cat dog .", "reverse cat dog hen = hen cat: dog expected");
    EXPECT_FAULT("repeat cat soup = cat soup .", "a list of 1 words: 2 to 4 expected");
    EXPECT_FAULT("repeat cat dog cat = cat dog cat .", "");
    EXPECT_FAULT("repeat cat dog = cat dog pig .", "word 7 is pig: . expected");
    EXPECT_FAULT("repeat cat dog = cat", "repeat cat dog = cat <eos>: dog expected");
    EXPECT_FAULT("count bee bee = 3 .", "2 times bee counted as 3");
    EXPECT_FAULT("count bee fox = 2 .", "word 3 is fox: = expected");
    EXPECT_FAULT("so what .", "no document begins like this");
    EXPECT_FAULT("tom lives .", "word 3 is .: in expected");
}

Test(micro_world, false_facts_are_named) {
    int tom = micro_world_id("tom"), home = micro_world_fact(tom, MW_LIVES);
    int wrong = home == micro_world_class[MW_HOME].first ? home + 1 : micro_world_class[MW_HOME].first;
    char text[200], expected[200];
    snprintf(text, sizeof text, "tom lives in the %s .", micro_world_word(home));
    EXPECT_FAULT(text, "");
    snprintf(text, sizeof text, "tom lives in the %s .", micro_world_word(wrong));
    snprintf(expected, sizeof expected, "tom lives in the %s: %s expected", micro_world_word(wrong),
             micro_world_word(home));
    EXPECT_FAULT(text, expected);
    snprintf(
        text, sizeof text,
        "one day tom went to the cave . tom found a red key . so ann took the red key . then tom went home to the %s .",
        micro_world_word(wrong));
    snprintf(expected, sizeof expected, "tom went home to the %s: %s expected", micro_world_word(wrong),
             micro_world_word(home));
    EXPECT_FAULT(text, expected);
}

Test(micro_world, stories_tell_of_what_was_found) {
    EXPECT_FAULT("max found a red key and a blue cup . so ann took the blue cup . what is red ? the red key .", "");
    EXPECT_FAULT("max found a red key and a blue cup . so ann took the blue key .", "the blue key was never found");
    EXPECT_FAULT("max found a red key . so ann took the red key . then ben hid the red key .",
                 "the red key is told of twice");
    EXPECT_FAULT("max found a red key and a red key . so ann took the red key .", "the red key is found twice");
    EXPECT_FAULT("max found a red key and a red cup . what is red ? the red cup .", "");
    EXPECT_FAULT("max found a red key and a blue cup . ann saw the red key and the red key .",
                 "the red key is told of twice");
    EXPECT_FAULT("max found a red key . what is blue ? the red key .",
                 "what is blue? it is the blue thing that was asked for");
    EXPECT_FAULT("max found a red key .", "word 7 is <eos>: person or so or then or what expected");
    EXPECT_FAULT("one day ann went to the mill . max found a red key . so ann took the red key . ann said um .",
                 "ann went, but max found");
    EXPECT_FAULT("max found a red key . so ann took the red key . ann said i do not know .", "");
    EXPECT_FAULT("max found a red key . so ann took the red key . ann said where does max live ?", "");
}

Test(micro_world, any_ids_can_be_checked) {
    char fault[200];
    cr_expect(!micro_world_well_formed(NULL, 0, fault, sizeof fault) && fault[0]);
    cr_expect(!micro_world_well_formed((int[]){MW_BOS, MW_EOS}, 2, fault, sizeof fault) && fault[0]);
    struct rng r = seeded(6);
    for (int i = 0; i < 20000; i++) {
        int ids[MW_LONGEST + 3], n = micro_world_document(ids, &r);
        cr_expect(!micro_world_well_formed(ids, n - 1, NULL, 0), "without <eos>");
        cr_expect(!micro_world_well_formed(ids + 1, n - 1, fault, 5), "without <bos>");
        cr_expect(!micro_world_well_formed(ids, rng_below(&r, n), fault, sizeof fault) && fault[0], "a part");
        ids[n] = ids[n - 1];
        cr_expect(!micro_world_well_formed(ids, n + 1, fault, sizeof fault) && fault[0], "a word behind it");
        for (int k = 1; k < n; k++)
            if (rng_below(&r, 3) == 0) ids[k] = rng_below(&r, 300) - 100;
        micro_world_well_formed(ids, n, fault, sizeof fault);
    }
}

// One word replaced: by any other, or by another of its class, so that the grammar still holds and only truth can tell.
// What goes unseen is no fault: another person can take the cup, or another one be asked about.
Test(micro_world, mutants_are_caught) {
    enum { N = 20000 };
    struct rng r = seeded(7);
    int caught = 0, of_class = 0, caught_of_class = 0;
    for (int i = 0; i < N; i++) {
        int ids[MW_LONGEST], n = micro_world_document(ids, &r), at = 1 + rng_below(&r, n - 2), old = ids[at];
        do ids[at] = MW_A + 1 + rng_below(&r, MW_WORDS - MW_A - 1);
        while (ids[at] == old);
        caught += !micro_world_well_formed(ids, n, NULL, 0);
        for (int c = 0; c < MW_CLASSES; c++) {
            if (!micro_world_is(old, (enum micro_world_class)c)) continue;
            do ids[at] = micro_world_class[c].first + rng_below(&r, micro_world_class[c].count);
            while (ids[at] == old);
            of_class++;
            caught_of_class += !micro_world_well_formed(ids, n, NULL, 0);
        }
    }
    double rate = caught / (double)N, class_rate = caught_of_class / (double)of_class;
    printf("# one word replaced: %.1f%% caught; by another of its class: %.1f%%\n", 100 * rate, 100 * class_rate);
    cr_expect(rate >= .98, "%.3f", rate);
    cr_expect(class_rate >= .85, "%.3f", class_rate);
}

// ---- probes ---------------------------------------------------------------------------------------------------------
Test(micro_world, probes_have_right_answers) {
    struct rng r = seeded(8);
    for (int kind = 0; kind < MW_PROBES; kind++)
        for (int i = 0; i < 1000; i++) {
            struct micro_world_probe p = micro_world_probe((enum micro_world_probe_kind)kind, &r);
            int ids[40], n = p.prompt_count + p.answer_count;
            cr_assert(p.prompt_count <= 24 && p.answer_count <= 6 && p.answer_count >= 2);
            memcpy(ids, p.prompt, (size_t)p.prompt_count * sizeof(int));
            memcpy(ids + p.prompt_count, p.answer, (size_t)p.answer_count * sizeof(int));
            ids[n] = MW_EOS;
            expect_good(ids, n + 1);
            // and it is the only right one: another first word of the same class is a fault (a second list may begin,
            // though)
            for (int c = 0; c < MW_CLASSES; c++) {
                int old = p.answer[0];
                if (!micro_world_is(old, (enum micro_world_class)c)) continue;
                do ids[p.prompt_count] = micro_world_class[c].first + rng_below(&r, micro_world_class[c].count);
                while (ids[p.prompt_count] == old);
                cr_expect(!micro_world_well_formed(ids, n + 1, NULL, 0), "%s", text_of(ids, n + 1));
            }
        }
}

// ---- pages ----------------------------------------------------------------------------------------------------------
static int words_of(const char *text) {
    char *copy = strdup(text);
    int n = 0;
    for (char *w = strtok(copy, " \n"); w; w = strtok(NULL, " \n")) n++;
    free(copy);
    return n;
}

static void expect_good_lines(const char *text) {
    char *copy = strdup(text);
    for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n"))
        cr_expect(fault_of(line)[0] == 0, "%s: %s", line, fault_of(line));
    free(copy);
}

Test(micro_world, pages_are_what_they_say) {
    enum { N = 4000 };
    struct micro_world_page *pages = micro_world_pages(N, 3);
    int kinds[MW_PAGE_KINDS] = {0};
    for (int i = 0; i < N; i++) {
        struct micro_world_page p = pages[i];
        int words = words_of(p.text);
        kinds[p.kind]++;
        cr_expect(words >= 60 && words <= 150, "%s page of %d words", micro_world_page_name[p.kind], words);
        bool copied = p.kind == MW_PAGE_COPY || p.kind == MW_PAGE_NEAR_COPY;
        cr_assert_eq(copied, p.original >= 0);
        if (p.kind == MW_PAGE_GOOD) expect_good_lines(p.text);
        if (!copied) continue;
        cr_assert(p.original < i && pages[p.original].kind == MW_PAGE_GOOD);
        const char *original = pages[p.original].text;
        cr_expect_eq(strcmp(p.text, original) == 0, p.kind == MW_PAGE_COPY);
        cr_expect_eq(words, words_of(original));
    }
    static const double share[MW_PAGE_KINDS] = {.50, .08, .08, .07, .07, .10, .10};
    for (int k = 0; k < MW_PAGE_KINDS; k++)
        cr_expect_float_eq(kinds[k] / (double)N, share[k], .03, "%s: %d", micro_world_page_name[k], kinds[k]);
    micro_world_pages_free(pages, N);
    micro_world_pages_free(micro_world_pages(0, 3), 0);
}
