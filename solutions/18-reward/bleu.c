// How many words are the same? The measure of machine translation before models judged: stretches of 1 to 4 words that
// candidate and reference share.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "18-reward/reward.h"

// How many of the candidate's (n) k-grams are in the reference (m), where each of the reference's serves once. used (m)
// is all false.
static long shared_grams(bool *used, const int *candidate, int n, const int *reference, int m, int k) {
    // BEGIN SOLUTION 18.6 bleu_count: for every k-gram of the candidate look for an equal one of the reference that is
    //   not used yet
    long count = 0;
    for (int i = 0; i + k <= n; i++) {
        int j = 0;
        while (j + k <= m && (used[j] || memcmp(candidate + i, reference + j, (size_t)k * sizeof(int)) != 0)) j++;
        if (j + k > m) continue;
        used[j] = true;
        count++;
    }
    return count;
    // END SOLUTION
}

void bleu_count(long matches[4], long total[4], const int *candidate, int n, const int *reference, int m) {
    bool *used = alloc_zeroed((size_t)m + 1, sizeof *used);
    for (int k = 1; k <= 4; k++) {
        memset(used, 0, (size_t)m * sizeof *used);
        matches[k - 1] += shared_grams(used, candidate, n, reference, m, k);
        // BEGIN SOLUTION 18.6 bleu_count: how many k-grams have n words?
        total[k - 1] += n >= k ? n - k + 1 : 0;
        // END SOLUTION
    }
    free(used);
}

double bleu(const long matches[4], const long total[4], long candidate_length, long reference_length) {
    double log_mean = 0, log_penalty = 0;
    for (int k = 0; k < 4; k++) {
        if (matches[k] == 0 || total[k] == 0) return 0;
        // BEGIN SOLUTION 18.6 bleu: what p_k adds to the logarithm of the geometric mean
        log_mean += log((double)matches[k] / (double)total[k]) / 4;
        // END SOLUTION
    }
    // BEGIN SOLUTION 18.6 bleu: the logarithm of the brevity penalty
    if (candidate_length < reference_length) log_penalty = 1 - (double)reference_length / (double)candidate_length;
    // END SOLUTION
    return exp(log_penalty + log_mean);
}
