# caption: Ridge: as lambda grows, all weights shrink together, and none becomes zero.
set title "Ridge: smaller, never zero"
set xlabel "λ"; set ylabel "weight (per standard deviation of its feature)"
set logscale x; if (GPVAL_TERM ne "dumb") set format x "10^{%T}"
set key outside right top
if (GPVAL_TERM ne "dumb") set rmargin 12
plot 0 with lines lw 1 lc rgb "#666666", \
     for [j=2:9] dir."/ridge.csv" using 1:j with lines lt j - 1 title columnheader(j), \
     for [j=10:11] dir."/ridge.csv" using 1:j with lines lt j - 9 dt 2 title columnheader(j)
