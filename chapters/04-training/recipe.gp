# caption: The whole recipe on all of Fashion-MNIST: training loss (with dropout) and test accuracy by epoch.
set title "The whole recipe on Fashion-MNIST"
set xlabel "epoch"
set ylabel "training loss"
set y2label "test accuracy (%)"
set y2tics
set ytics nomirror
set border 11
if (GPVAL_TERM ne "dumb") set rmargin 10
set key right center
plot dir."/recipe.csv" using "epoch":"loss" with linespoints lt 2 title "loss (left)", \
     "" using "epoch":(100*column("accuracy")) axes x1y2 with linespoints lt 1 title "test accuracy (right)"
