// A price on leaving the reference: the judge speaks once, at the end; each token costs what it strays.
#include "19-ppo/ppo.h"

// The last position of a text that counts, or -1.
static int last_of(const bool *mask, int T) {
    // BEGIN SOLUTION 19.4 token_rewards: where does a text's answer end?
    int t = T - 1;
    while (t >= 0 && !mask[t]) t--;
    return t;
    // END SOLUTION
}

void token_rewards(float *reward, const float *log_prob, const float *log_ref, const bool *mask, const float *score,
                   float beta, int B, int T) {
    for (int b = 0; b < B; b++) {
        const size_t row = (size_t)b * T;
        for (int t = 0; t < T; t++) {
            // BEGIN SOLUTION 19.4 token_rewards: the price of one token, in the answer and outside of it
            reward[row + t] = mask[row + t] ? -beta * (log_prob[row + t] - log_ref[row + t]) : 0;
            // END SOLUTION
        }
        const int last = last_of(mask + row, T);
        if (last >= 0) reward[row + last] += score[b];
    }
}

float final_score(float score, bool ended, float missing, float limit) {
    // BEGIN SOLUTION 19.4 final_score: without an end there is no answer; and no single score should rule a batch
    if (!ended) return missing;
    return score > limit ? limit : score < -limit ? -limit : score;
    // END SOLUTION
}
