# caption: Seven optimizers from one start, on the same batches. With a good rate for each, the race is closer than its reputation.
set title "Seven optimizers from one start"
set xlabel "steps (128 images each)"
set ylabel "training loss (mean of 8 steps)"
set logscale y
set ytics (0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2)
set yrange [0.32:1.4]
set xrange [0:200]
plot for [name in "sgd momentum adagrad rmsprop adam adam_l2 adamw"] dir."/race.csv" using "step":name with lines title (name eq "adam_l2" ? "Adam + L2" : name eq "adamw" ? "AdamW" : name eq "sgd" ? "SGD" : name eq "adagrad" ? "AdaGrad" : name eq "rmsprop" ? "RMSProp" : name eq "adam" ? "Adam" : name)
