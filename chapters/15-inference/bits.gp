# caption: What rounding the layers' matrices to four, three and two bits costs, over what a weight then takes, its share of the scale included. A scale for all of a matrix loses far more. A row of this small model is only two blocks long.
set title "Fewer bits, and who shares a scale"
set xlabel "bits a weight takes"; set ylabel "rise in perplexity, %"
set logscale y
set xrange [1.8:4.8]
set yrange [0.1:500]
set ytics (0.1, 0.3, 1, 3, 10, 30, 100, 300)
set key top right
f = dir."/bits_sharing.csv"
x(name) = strcol("sharing") eq name && column("bits") <= 4 ? column("bits_per_weight") : NaN
set datafile missing NaN
plot f using (x("matrix")):"rise_percent" with linespoints lt 2 title "one scale for a matrix", \
     "" using (x("row")):"rise_percent" with linespoints lt 5 title "for a row of 64", \
     "" using (x("block of 32")):"rise_percent" with linespoints lt 1 title "for a block of 32"
