# caption: Five optimizers in a long valley, 40 steps from (1, 1); the bottom is at (0, 0). SGD bounces from wall to wall, momentum swings; the three that scale every weight walk the diagonal, Adam past the bottom and back.
set title "Five ways down a long valley"
set xlabel "x, the flat direction"
set ylabel "y, the steep direction"
set xrange [-0.8:1.2]
set yrange [-1.05:1.2]
set key left bottom
set parametric
set trange [0:2*pi]
set samples 300
level(c) = sqrt(2*c)
plot for [c in "0.02 0.1 0.3 0.7 1.5 3 5 8 12"] level(c)*cos(t), level(c)/sqrt(20)*sin(t) with lines lc rgb "#D5D5D5" lw 1, \
     dir."/valley.csv" using "sgd_x":"sgd_y" with linespoints lt 1 lw 1.5 title "SGD", \
     "" using "momentum_x":"momentum_y" with linespoints lt 2 lw 1.5 title "momentum", \
     "" using "adagrad_x":"adagrad_y" with linespoints lt 3 lw 1.5 title "AdaGrad", \
     "" using "adam_x":"adam_y" with linespoints lt 4 lw 1.5 title "Adam", \
     "" using "rmsprop_x":"rmsprop_y" with points lt 7 title "RMSProp"
