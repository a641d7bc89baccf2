# caption: Four learning-rate schedules, and the loss they give with a bold rate.
names = "constant warmup cosine both"
array words[4] = ["constant", "warm-up", "cosine", "warm-up + cosine"]
set multiplot layout 1,2
set xlabel "step"
set xrange [0:240]
set title "The learning rate"
set ylabel "learning rate"
set yrange [0:0.028]
set key top right
plot for [i=1:4] dir."/rates.csv" using "step":word(names, i) with lines lt i title words[i]
set title "The loss"
set ylabel "training loss (mean of 8 steps)"
set logscale y
set yrange [0.25:8]
set ytics (0.3, 0.5, 1, 2, 5, 10, 20)
plot for [i=1:4] dir."/schedules.csv" using "step":word(names, i) with lines lt i title words[i]
unset multiplot
