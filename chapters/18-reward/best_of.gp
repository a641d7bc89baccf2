# caption: Of n answers of chapter 16's model the one that a judge likes best: what it is worth by the hidden rule, the mean over 300 questions as in training, and (dashed) over 300 that were never asked there. BLEU is shown the right answers, the reward model is not.
set title "The best of n answers, by three judges"
set xlabel "n answers to choose from"; set ylabel "gold"
set logscale x 2
set xrange [0.9:18]
set xtics (1, 2, 4, 8, 16)
set key top left
f = dir."/best_of.csv"
plot f using "n":"rule" with linespoints lt 7 title "the hidden rule", \
     "" using "n":"model" with linespoints lt 1 title "the reward model", \
     "" using "n":"bleu" with linespoints lt 2 title "BLEU", \
     "" using "n":"never_rule" with lines lt 7 dt 2 notitle, \
     "" using "n":"never_model" with lines lt 1 dt 2 notitle, \
     "" using "n":"never_bleu" with lines lt 2 dt 2 notitle
