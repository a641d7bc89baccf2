// The micro-world's words and sentences.
#include "datasets/micro_world.h"

#include <string.h>

#define SPACE " \t\r\n"

static const char *const words[MW_WORDS] = {
    // clang-format off
    "<pad>", "<bos>", "<eos>", "<q>", "<a>",
    "tom", "ann", "ben", "mia", "sam", "eva", "leo", "zoe", "max", "ivy", "gus", "una",
    "barn", "mill", "cave", "farm", "hut", "tower", "inn", "camp",
    "cat", "dog", "hen", "pig", "fox", "duck", "bee", "frog",
    "soup", "cake", "rice", "fish", "corn", "pie", "bread", "jam",
    "red", "blue", "green", "pink", "gold", "grey", "black", "white",
    "ball", "key", "cup", "book", "drum", "rope", "lamp", "coin",
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18",
    "saw", "wanted", "took",
    "sure", "thanks", "ugh", "fool", "um", "blah",
    "zib", "lor", "mek", "tuf", "gan", "pol", "vex", "dri",
    ".", ",", "?", "+", "=", "the", "a", "and", "in", "is", "of", "to",
    "lives", "has", "likes", "wears", "home", "pet", "food", "hat", "colour",
    "one", "day", "went", "found", "hid", "so", "then", "said", "what", "where",
    "does", "live", "have", "like", "wear", "do", "i", "not", "know",
    "repeat", "reverse", "count", "say", "zog",
    // clang-format on
};

const struct micro_world_class_words micro_world_class[MW_CLASSES] = {
    [MW_PERSON] = {"person", 5, 12},   [MW_HOME] = {"home", 17, 8},     [MW_PET] = {"pet", 25, 8},
    [MW_FOOD] = {"food", 33, 8},       [MW_COLOUR] = {"colour", 41, 8}, [MW_OBJECT] = {"object", 49, 8},
    [MW_NUMBER] = {"number", 57, 19},  [MW_VERB] = {"verb", 76, 3},     [MW_STYLE] = {"word of style", 79, 6},
    [MW_ZOG] = {"word of zog", 85, 8},
};

const char *const micro_world_fact_form[MW_ATTRIBUTES][2] = {
    [MW_LIVES] = {"P lives in the H .", "the home of P is the H ."},
    [MW_HAS] = {"P has a A .", "the pet of P is a A ."},
    [MW_LIKES] = {"P likes F .", "the food of P is F ."},
    [MW_WEARS] = {"P wears a C hat .", "the hat of P is C ."},
};
const char *const micro_world_question_form[MW_ATTRIBUTES] = {
    [MW_LIVES] = "where does P live ?",
    [MW_HAS] = "what pet does P have ?",
    [MW_LIKES] = "what food does P like ?",
    [MW_WEARS] = "what colour hat does P wear ?",
};
const char *const micro_world_sum_form[2] = {"N + N = N .", "N + N is N ."};
const char *const micro_world_found_form[3] = {
    "P found a C O .",
    "P found a C O and a C O .",
    "P found a C O , a C O and a C O .",
};
const char *const micro_world_told_form[3] = {
    "P V the C O .",
    "P V the C O and the C O .",
    "P V the C O , the C O and the C O .",
};
const char *const micro_world_single_form[3] = {"so P took the C O .", "then P hid the C O .", "what is C ? the C O ."};

const char *micro_world_word(int id) {
    return id >= 0 && id < MW_WORDS ? words[id] : "<unused>";
}

static int id_of(const char *word, size_t length) {
    for (int id = 0; id < MW_WORDS; id++)
        if (words[id][0] == word[0] && strlen(words[id]) == length && memcmp(words[id], word, length) == 0) return id;
    return -1;
}

int micro_world_id(const char *word) {
    return id_of(word, strlen(word));
}

bool micro_world_is(int id, enum micro_world_class what) {
    int index = id - micro_world_class[what].first;
    return index >= 0 && index < micro_world_class[what].count;
}

int micro_world_encode(int *ids, int capacity, const char *text) {
    int n = 0;
    for (text += strspn(text, SPACE); *text; text += strspn(text, SPACE)) {
        size_t length = strcspn(text, SPACE);
        int id = id_of(text, length);
        if (id < 0 || n == capacity) return -1;
        ids[n++] = id;
        text += length;
    }
    return n;
}

void micro_world_decode(char *text, size_t size, const int *ids, int n) {
    size_t used = 0;
    if (size > 0) text[0] = 0;
    for (int i = 0; i < n && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, i > 0 ? " %s" : "%s", micro_world_word(ids[i]));
}

int micro_world_say(int *ids, int n, const char *pattern, const int *values) {
    while (*pattern) {
        size_t length = strcspn(pattern, " ");
        bool capital = *pattern >= 'A' && *pattern <= 'Z';
        ids[n++] = capital ? *values++ : id_of(pattern, length);
        pattern += length;
        pattern += *pattern == ' ';
    }
    return n;
}
