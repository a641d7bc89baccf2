# caption: The MLP on Fashion-MNIST: training loss (mean of 50 batches) and test loss.
set title "MLP on Fashion-MNIST: loss"
set xrange [0:*]
set xlabel "epochs"; set ylabel "cross-entropy (nats)"
set yrange [0.2:1]
plot dir."/fashion_steps.csv" using "epoch":"loss" with lines lw 1.5 title "training batches", \
     dir."/fashion_epochs.csv" using "epoch":"test_loss" with linespoints title "test"
