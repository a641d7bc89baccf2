# caption: Praise or blame: new reviews told apart, by how many labelled ones were seen.
set title "What pretraining is worth"
set xlabel "labelled reviews"
set ylabel "told apart (%)"
set logscale x 2
set xtics (16, 64, 256, 1024)
set xrange [12:1400]
set yrange [45:103]
set key bottom right
plot dir."/labels.csv" using "labelled":"pretrained" with linespoints lt 1 title "after filling gaps", \
     "" using "labelled":"random" with linespoints lt 2 title "from random weights"
