# caption: Requests that are done, by step: the same stream and the same memory, served in three ways. Dotted: requests that have arrived.
set title "24 requests, one memory of 256 positions"
set xlabel "step"; set ylabel "requests that are done"
set yrange [0:25]
set key bottom right
f = dir."/batches.csv"
plot f using "step":"arrived" with steps lt 7 dt 3 title "arrived", \
     f using "step":"finished_paged" with steps lt 3 title "continuous, in pages", \
     f using "step":"finished_continuous" with steps lt 1 title "continuous, the longest in advance", \
     f using "step":"finished_static" with steps lt 2 title "static batches, the longest in advance"
