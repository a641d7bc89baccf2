# caption: "The first of two answers is preferred": what the model said, and how often it came, in bins of at least 20 pairs. Normalised scores are in another unit than those of the training, so their probabilities are far too timid. One number, fitted on other pairs, mends most of that. Above the diagonal on the right and below it on the left: too timid still.
set title "Does 80% mean 80%?"
set xlabel "predicted probability, %"; set ylabel "how often it came, %"
set xrange [0:100]; set yrange [0:100]
set key top left
set datafile missing NaN
f = dir."/calibration.csv"
h = dir."/calibration_held.csv"
enough(n, x) = column(n) >= 20 ? 100*column(x) : NaN
plot x with lines lt 7 dt 2 title "as said", \
     f using (enough("count","predicted")):(100*column("observed")) with linespoints lt 6 title "normalised scores", \
     "" using (enough("unit_count","unit_predicted")):(100*column("unit_observed")) with linespoints lt 1 title "in a fitted unit", \
     h using (enough("unit_count","unit_predicted")):(100*column("unit_observed")) with linespoints lt 2 title "questions never asked, in a fitted unit"
