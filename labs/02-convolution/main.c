// Chapter 02's demonstration: what convolutions, poolings and upsamplings do to pictures, what layers see, and two proofs
// by numbers. The calculator is a program of its own, calc_main.c.
#include "02-convolution/demo.h"
#include "common/common.h"

int main(int argc, char **argv) {
    const char *out = "build/lab/02-convolution";
    int seed = 1, size = 96;
    bool quick = false;
    struct flag flags[] = {
        flag_string("out", &out, "folder for the figures' data"),
        flag_int("seed", &seed, 0, 1000000, "seed of the random pictures and weights"),
        flag_int("size", &size, 32, 256, "height and width of the drawn picture"),
        flag_switch("quick", &quick, "the smallest picture"),
    };
    flags_parse(argc, argv, "Convolution, pooling and upsampling on pictures.", NULL, flags, COUNT(flags));
    if (quick) size = 32;
    // In the order of the exercises: with some of them written, the parts before the first gap run.
    demo_filters(out, size);
    demo_agreement(out, seed);
    demo_adjoint(seed);
    demo_fields(out);
    demo_clothes(out);
    demo_upsampling(out, size);
    return 0;
}
