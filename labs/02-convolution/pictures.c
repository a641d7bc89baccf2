// Pictures as tables, for the figures.
#include <stdlib.h>
#include <string.h>

#include "02-convolution/demo.h"
#include "common/common.h"

void pictures_write(const char *out, const char *name, const struct picture *pictures, int n, int height, int width) {
    char line[1024] = "x,y";
    for (int k = 0; k < n; k++) {
        size_t used = strlen(line);
        snprintf(line + used, sizeof line - used, ",%s", pictures[k].name);
    }
    struct out_file file;
    out_open(&file, out, name);
    fprintf(file.f, "%s\n", line);
    for (int p = 0; p < height * width; p++) {
        fprintf(file.f, "%d,%d", p % width, p / width);
        for (int k = 0; k < n; k++) fprintf(file.f, ",%.4g", (double)pictures[k].pixels[p]);
        fputc('\n', file.f);
    }
    out_close(&file);
}

void value_range(float *low, float *high, const float *values, int n) {
    *low = *high = values[0];
    for (int k = 1; k < n; k++) {
        if (values[k] < *low) *low = values[k];
        if (values[k] > *high) *high = values[k];
    }
}
