# caption: Five folds of the training patients choose lambda: the validation error has a shallow minimum.
set title "Which λ? Ask patients that were not trained on"
set xlabel "λ"; set ylabel "MSE on the validation folds"
set logscale x; if (GPVAL_TERM ne "dumb") set format x "10^{%T}"
set yrange [3050:3600]
set key top left
plot dir."/validation.csv" using "lambda":"ridge" with lines title "ridge", \
     "" using "lambda":"lasso" with lines title "lasso"
