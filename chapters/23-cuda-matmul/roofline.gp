# caption: The roofline of one H200 for global memory, with the rungs where the model predicts them. Rungs 1 and 2 live on their L1 caches; from rung 3 on global memory allows more than the rung reaches: the limit is inside the multiprocessor.
set title "Nine rungs under the roof (predicted, one H200)"
set xlabel "operations per byte of global memory"
set ylabel "TFLOP/s"
set logscale x 2
set logscale y 10
set xrange [0.04:100]
set yrange [0.2:120]
set xtics ("1/16" 0.0625, "1/4" 0.25, 1, 4, 16, 64)
set key bottom right
# 6 and 7 stand at the same place, 8 and 9 too
below(rung) = rung < 6 ? sprintf("%d", rung) : ""
above(rung) = rung == 6 ? "6, 7      " : rung == 8 ? "     8, 9" : ""
plot dir."/roof.csv" using 1:"l1" with lines lt 6 lw 3 title "from the L1 caches", \
     "" using 1:"l2" with lines lt 7 lw 3 title "from the L2 cache", \
     "" using 1:"memory" with lines lt 8 lw 3 title "from memory", \
     dir."/ladder.csv" using "intensity":"tflops" with points lt 1 pt 7 title "rungs 1 to 9", \
     "" using "intensity":"tflops":(below(int($1))) with labels offset char 0,-0.9 notitle, \
     "" using "intensity":"tflops":(above(int($1))) with labels offset char 0,0.9 notitle
