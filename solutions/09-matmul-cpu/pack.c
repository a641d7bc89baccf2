// Rung 4: copy each block into the order in which it will be read.
#include <string.h>

#include "09-matmul-cpu/matmul.h"

void pack_panel(float *panel, const float *from, size_t line, size_t step, int lines, int kc, int width) {
    // BEGIN SOLUTION 09.7 pack_panel: panel[k*width + i] = from[i*line + k*step], zeros from line `lines` on
    int i = 0;
    if (step == 1)
        for (; i + 4 <= lines; i += 4) interleave_4(panel + i, from + i * line, line, kc, width);
    for (int k = 0; k < kc; k++) {
        float *panel_k = panel + (size_t)k * width;
        int j = i;
        if (line == 1)  // a copy of a constant size is one instruction
            for (; j + 4 <= lines; j += 4) memcpy(panel_k + j, from + k * step + j, 4 * sizeof(float));
        for (; j < lines; j++) panel_k[j] = from[j * line + k * step];
        for (; j < width; j++) panel_k[j] = 0;
    }
    // END SOLUTION
}

void pack_a(float *panels, struct matmul_view a, int mc, int kc, int MR) {
    // BEGIN SOLUTION 09.8 pack_a: lines are rows; one panel per MR rows, the last one may be short
    for (int i = 0; i < mc; i += MR)
        pack_panel(panels + (size_t)i * kc, a.data + i * a.row, a.row, a.column, min_int(MR, mc - i), kc, MR);
    // END SOLUTION
}

void pack_b(float *panels, struct matmul_view b, int kc, int nc, int NR) {
    // BEGIN SOLUTION 09.8 pack_b: lines are columns; one panel per NR columns, the last one may be short
    for (int j = 0; j < nc; j += NR)
        pack_panel(panels + (size_t)j * kc, b.data + j * b.column, b.column, b.row, min_int(NR, nc - j), kc, NR);
    // END SOLUTION
}
