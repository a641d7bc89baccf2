# caption: The ladder: GFLOP/s of every rung over the size of the matrices, with the measured FMA peak of one thread and of all.
set title "C = A B of n x n matrices"
set xlabel "n"
set ylabel "GFLOP/s"
set logscale x 2
set logscale y 10
set xrange [56:1200]
set yrange [0.1:400]
set xtics (64, 128, 256, 512, 1024)
set key outside right center
if (GPVAL_TERM ne "dumb") set rmargin 27
set style data linespoints
plot dir."/ladder_time.csv" using 1:"peak_all" with lines dt 2 lt 8 title "FMA peak, all threads", \
     "" using 1:"peak_one" with lines dt 3 lt 7 title "FMA peak, 1 thread", \
     "" using 1:"threads" title "all threads" lt 1, \
     "" using 1:"vectors" title "packed, vectors" lt 2, \
     "" using 1:"packed" title "packed, plain C" lt 3, \
     "" using 1:"blocked" title "blocked" lt 4, \
     "" using 1:"loop_order" title "loop order" lt 5, \
     "" using 1:"naive" title "naive" lt 6
