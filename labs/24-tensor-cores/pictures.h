// The data of the chapter's figures that need no matrices: what instructions do with numbers that say where they are, orders of
// tiles, and a model of who waits for whom. Each writes CSV files to the folder `out`.
#pragma once

void write_fragments(const char *out);  // fragments.csv
void write_swizzle(const char *out);    // swizzle.csv
void write_orders(const char *out);     // orders.csv; prints what 132 tiles read
void write_pipeline(const char *out);   // pipeline.csv; prints how busy the tensor cores are
