# caption: Three orders of 16 x 16 tiles of C. Coloured: the first 33 tiles, what a quarter of the multiprocessors works on at the same time. Row by row they need 3 strips of A and all 16 of B. Below, of 32 x 32 tiles: how many strips tiles that follow each other read, for each tile; the fewest would be those of a square.
set multiplot
unset key
unset grid
unset colorbox
set border 0
unset xtics
unset ytics
set xrange [-0.7:15.7]
set yrange [15.7:-0.7]
set tmargin at screen 0.9
set bmargin at screen 0.45
order(o, x) = int(column("order")) == o ? x : NaN
shown(o, x) = int(column("order")) == o && column("first") > 0 ? x : NaN
set lmargin at screen 0.02
set rmargin at screen 0.32
set title "Row by row"
plot dir."/orders.csv" using (shown(0, column("column"))):"row" with points pt 5 ps 2.5 lc rgb "#F6C9A8", \
     "" using (order(0, column("column"))):"row" with lines lt 1 lw 2
set lmargin at screen 0.35
set rmargin at screen 0.65
set title "Groups of 8 rows"
plot dir."/orders.csv" using (shown(1, column("column"))):"row" with points pt 5 ps 2.5 lc rgb "#F6C9A8", \
     "" using (order(1, column("column"))):"row" with lines lt 1 lw 2
set lmargin at screen 0.68
set rmargin at screen 0.98
set title "Hilbert's curve"
plot dir."/orders.csv" using (shown(2, column("column"))):"row" with points pt 5 ps 2.5 lc rgb "#F6C9A8", \
     "" using (order(2, column("column"))):"row" with lines lt 1 lw 2
set lmargin at screen 0.09
set tmargin at screen 0.37
set bmargin at screen 0.1
unset title
set border 3
set xlabel "tiles at a time" offset 0,0.6
set ylabel "strips for each" offset 0.6,0
set logscale x 2
set xrange [4:264]
set yrange [0:*]
set xtics (4, 8, 16, 32, 64, 132, 256)
set ytics 0.5
set grid
set key top right
plot dir."/strips.csv" using 1:2 with linespoints lt 1 title "row by row", "" using 1:3 with linespoints lt 2 title "groups of 8 rows", \
     "" using 1:4 with linespoints lt 3 title "Hilbert's curve", "" using 1:(2 / sqrt($1)) with lines lt 8 title "a square"
unset multiplot
