# caption: The more patients, the closer the error on known and on unknown patients: the mean over five folds.
set title "Would more patients help?"
set xlabel "patients to learn from"; set ylabel "MSE"
set yrange [0:8000]; set xrange [0:*]
plot dir."/learning_curve.csv" using "size":"validation_mse" with linespoints lt 2 title "validation", \
     "" using "size":"train_mse" with linespoints lt 1 title "training"
