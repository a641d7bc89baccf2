# caption: The loss of every step, and on documents kept back, beside what a reader would pay who knows everything that can be known.
set title "Pretraining on the micro-world"
set xlabel "millions of tokens read"; set ylabel "loss per token, nats"
set logscale y
set yrange [0.45:6]
set ytics (0.5, 0.6, 0.7, 0.8, 1, 1.5, 2, 3, 4, 5)
plot dir."/loss.csv" using (column("tokens")/1e6):"loss" with lines lt 6 lw 1 title "training, each step", \
     dir."/test_loss.csv" using (column("tokens")/1e6):"loss" with linespoints lt 1 title "documents kept back", \
     "" using (column("tokens")/1e6):(column("floor") > 0 ? column("floor") : NaN) with lines lt 7 dt 2 title "knowing everything"
