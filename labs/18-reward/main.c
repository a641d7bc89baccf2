// Chapter 18's program: a model of what people prefer. Every part of the text, or one of them with --only.
#include "18-reward/reward_model.h"

int main(void) {
    die("not written yet");
}
