# caption: The loss of every batch of 32 pairs, and the mean of 50 in a row. Tossing a coin costs 0.69. Batches hold pairs of about the same length, so some are easier than others.
set title "Loss of a step"
set xlabel "step of 32 pairs"; set ylabel "loss, nats"
set yrange [0:1.2]
set key top right
f = dir."/reward.csv"
window = 50
array last[window]
sum = 0
mean(n, x) = (sum = sum + x - (n < window ? 0 : last[n % window + 1]), last[n % window + 1] = x, sum / (n < window ? n + 1 : window))
plot f using "step":"loss" with points lt 6 pt 7 ps 0.25 title "a batch", \
     "" using "step":(mean(int($0), column("loss"))) with lines lt 1 title "mean of 50", \
     0.6931 with lines lt 7 dt 2 title "a coin"
