# caption: A prediction, not a measurement: cycles that each unit of a multiprocessor of an H200 needs for one multiply-add of a warp. The highest curve sets the pace; no rung can go below arithmetic's quarter of a cycle.
set title "Which unit is busiest?"
set xlabel "rung"
set ylabel "cycles per multiply-add of a warp"
set logscale y 10
set yrange [0.01:20]
set xrange [0.5:9.5]
set xtics 1
set key top right
set style data linespoints
plot dir."/ladder.csv" using 1:"arithmetic" with lines lt 7 lw 3 title "arithmetic", \
     "" using 1:"instructions" lt 2 title "instructions", \
     "" using 1:(column("shared") > 0 ? column("shared") : NaN) lt 3 title "shared memory", \
     "" using 1:"l1" lt 4 title "L1", \
     "" using 1:"l2" lt 5 title "L2"
