# caption: The loss when the smallest weights of the trained model become 0: chosen within each matrix, or among all of them together, and after 25 more steps of training in which they stay 0. The squares are 2:4 sparsity.
set title "Half of the weights can go, if the rest may learn"
set xlabel "weights that are 0, %"; set ylabel "loss per token, nats"
set logscale y
set xrange [-2:92]
set yrange [0.65:10]
set ytics (0.7, 1, 1.5, 2, 3, 5, 8)
set key top left
f = dir."/prune.csv"
g = dir."/prune_2_4.csv"
plot f using (100*column("sparsity")):"each" with linespoints lt 2 title "smallest of each matrix", \
     "" using (100*column("sparsity")):"all" with linespoints lt 1 title "smallest of all together", \
     "" using (100*column("sparsity")):"tuned" with linespoints lt 3 title "of all together, and 25 steps", \
     g using (100*column("sparsity")):"loss" with points pt 5 ps 1.8 lc rgb "#CC79A7" title "2 of every 4", \
     "" using (100*column("sparsity")):"tuned" with points pt 4 ps 1.8 lw 2.5 lc rgb "#CC79A7" title "2 of every 4, and 25 steps"
