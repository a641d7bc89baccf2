// The stage alone: trains a reward model on preference pairs and saves it.
#include "18-reward/reward_model.h"

int main(void) {
    die("not written yet");
}
