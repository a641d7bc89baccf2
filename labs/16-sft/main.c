#include "16-sft/tuning.h"
int main(void) {
    die("the program of chapter 16 is being written");
}
