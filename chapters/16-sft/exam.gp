# caption: What the model answers right while it learns, of questions that were never asked in training. What it knows from the old text comes at once; to say that something is not known takes longest.
set title "From a model that goes on to one that answers"
set xlabel "step"; set ylabel "right, %"
set yrange [0:104]
set key bottom right
f = dir."/tuning_exam.csv"
plot f using "step":(100*column("right")) with linespoints lt 1 lw 4 title "all that can be answered", \
     "" using "step":(100*column("fact")) with linespoints lt 3 title "facts", \
     "" using "step":(100*column("sum")) with linespoints lt 5 title "sums", \
     "" using "step":(100*column("reverse")) with linespoints lt 4 title "reverse", \
     "" using "step":(100*column("unknown")) with linespoints lt 2 title "not known, and says so"
