# caption: A distance is named, 1.5 nats, and the price follows: too far away, and it rises.
set multiplot layout 2,1 margins 0.11,0.97,0.11,0.90 spacing 0.10 title "A price that follows the distance" font ",20"
set xrange [0:*]
set yrange [0:*]
f = dir."/adaptive.csv"
set ylabel "KL, nats an answer"
set key bottom right
plot f using 1:"kl" with lines lt 2 title "KL to the reference", 1.5 with lines lt 7 dt 3 title "wanted"
set xlabel "iterations"
set ylabel "price of a nat"
plot f using 1:"beta" with lines lt 1 title "beta"
unset multiplot
