# caption: 65 features, 176 patients: the training error falls for ever, the validation error turns.
set title "Stop where the validation curve turns"
stats dir."/stopping.csv" using "validation_mse" nooutput
best = STATS_index_min
set xlabel "epoch"; set ylabel "MSE"
set logscale x; set xrange [10:2000]
set yrange [0:8000]
set arrow 1 from best, graph 0 to best, graph 0.7 nohead lt 7 dt 2 lw 1.5
set label 1 sprintf("best epoch: %d", best) at best * 1.1, graph 0.67
plot dir."/stopping.csv" using "epoch":"validation_mse" with lines lt 2 title "validation", \
     "" using "epoch":"held_mse" with lines lt 8 title "held out", \
     "" using "epoch":"train_mse" with lines lt 1 title "training"
