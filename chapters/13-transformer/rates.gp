# caption: Eight layers learn to reverse in 150 steps without warm-up, at two learning rates.
set title "Eight layers, no warm-up"
set ylabel "whole lists right (%)"
set style data histogram
set style histogram clustered gap 1
set boxwidth 0.9 relative
set yrange [0:109]
set key top right horizontal
plot dir."/rates.csv" using "once":xtic(1) lt 1 title "learning rate 0.005", "" using "twice" lt 2 title "0.01"
