// How many words are the same? The measure of machine translation before models judged: stretches of 1 to 4 words that
// candidate and reference share.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "18-reward/reward.h"

// Looks for k ids among the k-grams of the reference (m) that are not used yet; marks the one it takes.
static bool take(bool *used, const int *gram, int k, const int *reference, int m) {
    // BEGIN SOLUTION 18.6 bleu_count: a k-gram of the reference stands for one of the candidate, not for many
    for (int j = 0; j + k <= m; j++) {
        if (used[j] || memcmp(gram, reference + j, (size_t)k * sizeof *gram) != 0) continue;
        used[j] = true;
        return true;
    }
    return false;
    // END SOLUTION
}

void bleu_count(long matches[4], long total[4], const int *candidate, int n, const int *reference, int m) {
    bool *used = alloc_zeroed((size_t)m + 1, sizeof *used);
    for (int k = 1; k <= 4; k++) {
        memset(used, 0, (size_t)m * sizeof *used);
        // BEGIN SOLUTION 18.6 bleu_count: every k-gram of the candidate counts in total, those that can be taken in
        //   matches
        for (int i = 0; i + k <= n; i++) {
            total[k - 1]++;
            matches[k - 1] += take(used, candidate + i, k, reference, m);
        }
        // END SOLUTION
    }
    free(used);
}

double bleu(const long matches[4], const long total[4], long candidate_length, long reference_length) {
    double log_mean = 0, log_penalty = 0;
    for (int k = 0; k < 4; k++) {
        if (matches[k] == 0 || total[k] == 0) return 0;
        // BEGIN SOLUTION 18.6 bleu: what p_k brings to the logarithm of the geometric mean
        log_mean += log((double)matches[k] / (double)total[k]) / 4;
        // END SOLUTION
    }
    // BEGIN SOLUTION 18.6 bleu: the logarithm of the brevity penalty
    if (candidate_length < reference_length) log_penalty = 1 - (double)reference_length / (double)candidate_length;
    // END SOLUTION
    return exp(log_penalty + log_mean);
}
