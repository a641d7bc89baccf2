# caption: How many of new pairs the model puts into the right order, while it learns: pairs that differ in style, in content, or in anything, to questions as in training; and all sorts of pairs to questions that are never asked in training.
set title "Learning what people prefer"
set xlabel "step of 32 pairs"; set ylabel "pairs in the right order, %"
set yrange [40:102]
set key bottom right
f = dir."/reward_exam.csv"
plot f using "step":(100*column("style")) with linespoints lt 3 title "style", \
     "" using "step":(100*column("content")) with linespoints lt 1 title "content", \
     "" using "step":(100*column("mixed")) with linespoints lt 5 title "mixed", \
     "" using "step":(100*column("held")) with linespoints lt 2 title "all, questions never asked"
