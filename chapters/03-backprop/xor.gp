# caption: XOR: no single line has both filled corners on one side and both empty ones on the other. Two lines do it.
set title "XOR needs two lines"
set xlabel "a"; set ylabel "b"
set xrange [-0.5:1.5]; set yrange [-0.5:1.5]
set xtics 0, 1; set ytics 0, 1
set key outside right top
set size ratio 1
unset datafile columnheaders
$on << EOD
0,1
1,0
EOD
$off << EOD
0,0
1,1
EOD
plot 0.5 - x with lines lt 1 title "or:  a + b = 0.5", \
     1.5 - x with lines lt 2 title "and:  a + b = 1.5", \
     $on using 1:2 with points lc rgb "#222222" pt 7 ps 3 title "xor = 1", \
     $off using 1:2 with points lc rgb "#222222" pt 6 ps 3 lw 2 title "xor = 0"
