# caption: Three orders of 16 x 16 tiles of C. Dark: the first 33 tiles, what a quarter of the multiprocessors works on at the same time. Row by row they need 3 strips of A and all 16 of B; in groups of eight rows, 8 and 5; along Hilbert's curve, any stretch is nearly a square.
set multiplot
unset key
unset grid
unset colorbox
set border 0
unset xtics
unset ytics
set xrange [-0.7:15.7]
set yrange [15.7:-0.7]
set tmargin at screen 0.8
set bmargin at screen 0.24
order(o, x) = int(column("order")) == o ? x : NaN
shown(o, x) = int(column("order")) == o && column("first") > 0 ? x : NaN
set lmargin at screen 0.02
set rmargin at screen 0.32
set title "Row by row"
plot dir."/orders.csv" using (shown(0, column("column"))):"row" with points pt 5 ps 2.9 lc rgb "#F6C9A8", \
     "" using (order(0, column("column"))):"row" with lines lt 1 lw 2
set lmargin at screen 0.35
set rmargin at screen 0.65
set title "Groups of 8 rows"
plot dir."/orders.csv" using (shown(1, column("column"))):"row" with points pt 5 ps 2.9 lc rgb "#F6C9A8", \
     "" using (order(1, column("column"))):"row" with lines lt 1 lw 2
set lmargin at screen 0.68
set rmargin at screen 0.98
set title "Hilbert's curve"
plot dir."/orders.csv" using (shown(2, column("column"))):"row" with points pt 5 ps 2.9 lc rgb "#F6C9A8", \
     "" using (order(2, column("column"))):"row" with lines lt 1 lw 2
unset multiplot
