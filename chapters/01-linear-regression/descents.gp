# caption: Three descents with one learning rate: how far the loss still is above its minimum.
# Every step of the first epoch, then the end of each.
set title "Three descents, one learning rate"
set xlabel "epoch (passes over all points)"; set ylabel "MSE above the minimum"
set logscale y; set yrange [1e-6:10]
if (GPVAL_TERM ne "dumb") set format y "10^{%T}"
set datafile missing NaN
at(epoch) = epoch < 1 || epoch == int(epoch) ? epoch : NaN
plot dir."/stochastic.csv" using (at(column("epoch"))):"excess" with lines lt 5 lw 1.5 title "stochastic, 100 steps an epoch", \
     dir."/mini-batch.csv" using (at(column("epoch"))):"excess" with lines lt 3 lw 1.5 title "mini-batch, 10 steps an epoch", \
     dir."/batch.csv" using "epoch":"excess" with lines lt 1 title "batch, 1 step an epoch"
