# caption: The order in which blocks take 8 x 8 tiles of C in groups of 4 rows. The first 16 form a square: 4 strips of A and 4 of B, where 16 in the order of rows would need 2 and 8.
set title "Grouped order of tiles"
set xlabel "column of tiles"
set ylabel "row of tiles"
set xrange [-0.5:7.5]
set yrange [7.5:-0.5]
set xtics 1
set ytics 1
unset key
unset grid
set arrow from -0.5,3.5 to 7.5,3.5 nohead lw 2 lt 1
plot dir."/order.csv" using 2:1:(sprintf("%d", column("grouped"))) with labels
