# caption: The same 1,000 merges in three ways of counting. The first is extrapolated from five merges.
set title "1,000 merges of the King James text"
set ylabel "seconds, one core"
set xlabel "what is counted"
set logscale y
set yrange [0.01:1000]
set xrange [-0.6:2.6]
set boxwidth 0.5 absolute
set key off
plot dir."/training_time.csv" using 0:"seconds":xtic(1) with boxes lt 1, \
     "" using 0:"seconds":(sprintf("%.3g s", column("seconds"))) with labels offset 0,0.8
