# caption: What the model answers right while it learns, of questions that were never asked in training. Facts come at once: the old text told them. Whether something was found or is not known it says by habit at first, always the one or always the other; then it learns to look.
set title "From a model that goes on to one that answers"
set xlabel "step"; set ylabel "right, %"
set xrange [0:1500]
set yrange [0:104]
set key at graph 0.985,0.42
f = dir."/tuning_exam.csv"
plot f using "step":(100*column("fact")) with linespoints lt 3 title "facts", \
     "" using "step":(100*column("sum")) with linespoints lt 5 title "sums", \
     "" using "step":(100*column("reverse")) with linespoints lt 4 title "reverse", \
     "" using "step":(100*column("found")) with linespoints lt 6 dt 2 title "found", \
     "" using "step":(100*column("unknown")) with linespoints lt 2 title "not known, and says so", \
     "" using "step":(100*column("right")) with linespoints lt 1 lw 4 title "all that can be answered"
