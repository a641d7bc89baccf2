# caption: Bytes of A and B that come from the L2 cache for each operation, and those that land in shared memory, as the simulator counts them. Larger tiles need fewer (13, 15); the clusters of rung 18 share what they read, and more lands than is read. Rung 23 takes tiles of 128 x 128 here, for this product is small.
set title "What an operation costs the L2 cache"
set xlabel "rung"
set ylabel "bytes for each operation"
set xrange [9.5:23.5]
set yrange [0:*]
set xtics 1
set key top right
set style data linespoints
plot dir."/ladder.csv" using 1:"landed" lt 2 title "land in shared memory", \
     "" using 1:"read" lt 1 title "read from L2"
