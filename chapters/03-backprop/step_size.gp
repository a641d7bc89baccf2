# caption: Error of the numeric gradient by step: too large a step bends, too small a step rounds.
set title "How far to nudge"
set xlabel "step"; set ylabel "largest relative error of the gradient"
set logscale xy; set format x "10^{%T}"; set format y "10^{%T}"
set xrange [1e-12:1]
set key bottom right
file = dir."/step_size.csv"
plot file using "step":"float" with linespoints lt 2 title "loss computed in float", \
     "" using "step":"double" with linespoints lt 1 title "loss computed in double"
