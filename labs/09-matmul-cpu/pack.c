// Rung 4: copy each block into the order in which it will be read.
#include <string.h>

#include "09-matmul-cpu/matmul.h"

void pack_panel(float *panel, const float *from, size_t line, size_t step, int lines, int kc, int width) {
    // TODO 09.7 pack_panel: panel[k*width + i] = from[i*line + k*step], zeros from line `lines` on
    todo("09.7 pack_panel");
}

void pack_a(float *panels, struct matmul_view a, int mc, int kc, int MR) {
    // TODO 09.8 pack_a: lines are rows; one panel per MR rows, the last one may be short
    todo("09.8 pack_a");
}

void pack_b(float *panels, struct matmul_view b, int kc, int nc, int NR) {
    // TODO 09.8 pack_b: lines are columns; one panel per NR columns, the last one may be short
    todo("09.8 pack_b");
}
