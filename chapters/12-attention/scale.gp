# caption: Random queries and keys: without the division by √D a query gives all its attention to one key, and its gradient vanishes.
set multiplot layout 1,2 title "64 random keys: what 1/√D is for" font ",20"
set logscale x 4
set xlabel "D, numbers of a head"
set xtics (1, 4, 16, 64, 256, 1024)
set xrange [0.8:1300]
set style data linespoints
set ylabel "keys that share a query: e^{entropy}"
set yrange [0:64]
unset key
plot dir."/scale.csv" using 1:"keys_scaled" title "with 1/√D" lt 1, "" using 1:"keys_plain" title "without" lt 2
set ylabel "gradient of a query's scores, median"
set logscale y
set format y "10^{%L}"
set yrange [1e-5:1]
set key bottom left
plot dir."/scale.csv" using 1:"gradient_scaled" title "with 1/√D" lt 1, "" using 1:"gradient_plain" title "without" lt 2
unset multiplot
