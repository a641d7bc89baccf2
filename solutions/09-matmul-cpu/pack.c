// Rung 4: copy each block into the order in which it will be read.
#include <string.h>

#include "09-matmul-cpu/matmul.h"

void pack_panel(float *panel, const float *from, size_t line, size_t step, int lines, int kc, int width) {
    // BEGIN SOLUTION 09.7 pack_panel: panel[k*width + i] = from[i*line + k*step], zeros from line `lines` on
    int done = 0;  // lines that interleave_4 has packed: four at a time, the last four overlapping those before
    for (; step == 1 && lines >= 4 && done < lines; done = min_int(done + 4, lines)) {
        int first = min_int(done, lines - 4);
        interleave_4(panel + first, from + first * line, line, kc, width);
    }
    for (int k = 0; k < kc; k++) {
        float *panel_k = panel + (size_t)k * width;
        int i = done;
        if (line == 1) {  // the next rows are on their way meanwhile; a copy of a constant size is one instruction
            if (k + 16 < kc) __builtin_prefetch(from + (k + 16) * step);
            for (; i + 4 <= lines; i += 4) memcpy(panel_k + i, from + k * step + i, 4 * sizeof(float));
        }
        for (; i < lines; i++) panel_k[i] = from[i * line + k * step];
        for (; i < width; i++) panel_k[i] = 0;
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
