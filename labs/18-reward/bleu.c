// How many words are the same? The measure of machine translation before models judged: stretches of 1 to 4 words that
// candidate and reference share.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "18-reward/reward.h"

// Looks for k ids among the k-grams of the reference (m) that are not used yet; marks the one it takes.
static bool take(bool *used, const int *gram, int k, const int *reference, int m) {
    // TODO 18.6 bleu_count: a k-gram of the reference stands for one of the candidate, not for many
    todo("18.6 bleu_count");
}

void bleu_count(long matches[4], long total[4], const int *candidate, int n, const int *reference, int m) {
    bool *used = alloc_zeroed((size_t)m + 1, sizeof *used);
    for (int k = 1; k <= 4; k++) {
        memset(used, 0, (size_t)m * sizeof *used);
        // TODO 18.6 bleu_count: every k-gram of the candidate counts in total, those that can be taken in
        //   matches
        todo("18.6 bleu_count");
    }
    free(used);
}

double bleu(const long matches[4], const long total[4], long candidate_length, long reference_length) {
    double log_mean = 0, log_penalty = 0;
    for (int k = 0; k < 4; k++) {
        if (matches[k] == 0 || total[k] == 0) return 0;
        // TODO 18.6 bleu: what p_k brings to the logarithm of the geometric mean
        todo("18.6 bleu");
    }
    // TODO 18.6 bleu: the logarithm of the brevity penalty
    todo("18.6 bleu");
    return exp(log_penalty + log_mean);
}
