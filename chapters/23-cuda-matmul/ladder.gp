# caption: What each rung moves, as the simulator counts it: bytes of global memory for each operation, and wavefronts of shared memory for each multiply-add of a warp (0 on rungs 1 and 2, which do not use it).
set title "The ladder: traffic"
set xlabel "rung"
set ylabel "per operation, per multiply-add"
set logscale y 10
set yrange [0.01:40]
set xrange [0.5:9.5]
set xtics 1
set key top right
set style data linespoints
plot dir."/ladder.csv" using 1:"bytes" lt 1 title "bytes of global memory per operation", \
     "" using 1:(column("wavefronts") > 0 ? column("wavefronts") : NaN) lt 2 title "wavefronts per multiply-add of a warp"
