# caption: What 2,000 steps leave of useless weights that start at 1. AdamW shrinks all alike; Adam with L2 spares exactly those with the loudest gradients.
set title "Adam with L2 against AdamW"
set xlabel "size of the weight's gradients (standard deviation)"
set ylabel "what is left of the weight"
set logscale x
if (GPVAL_TERM ne "dumb") set format x "10^{%T}"
set yrange [0:1.19]
set key left top horizontal
plot dir."/decay.csv" using "scale":"adam" with linespoints lt 8 title "Adam", \
     "" using "scale":"adam_l2" with linespoints lt 2 title "Adam + L2", \
     "" using "scale":"adamw" with linespoints lt 1 title "AdamW"
