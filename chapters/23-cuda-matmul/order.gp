# caption: The order in which blocks take 8 x 8 tiles of C in groups of 4 rows. Any 16 that are worked on at a time form a square: 4 strips of A and 4 of B.
set title "Grouped order of tiles"
set xlabel "column of tiles"
set ylabel "row of tiles"
set xrange [-0.5:7.5]
set yrange [7.5:-0.5]
set xtics 1
set ytics 1
unset key
plot dir."/order.csv" using 2:1:(sprintf("%d", column("grouped"))) with labels
