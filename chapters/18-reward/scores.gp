# caption: What the reward model gives to 3000 answers of chapter 16's model at temperature 1, to questions that were never asked in training. The unit is the standard deviation of such answers' scores, 0 their mean.
set title "Scores of right and wrong, polite and rude answers"
set xlabel "score"; set ylabel "share of all answers, %"
set key top left
set xrange [-4:4]
f = dir."/scores.csv"
plot f using "score":(100*column("wrong")) with linespoints lt 2 title "wrong", \
     "" using "score":(100*column("right_rude")) with linespoints lt 5 title "right, rude", \
     "" using "score":(100*column("right_plain")) with linespoints lt 1 title "right", \
     "" using "score":(100*column("right_polite")) with linespoints lt 3 title "right, polite"
