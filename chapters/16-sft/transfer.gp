# caption: Questions that were never asked, answered after the same lessons, by what the model began with. Random weights never saw those facts, and cannot know them.
set title "What pretraining is worth"
set xlabel "step"; set ylabel "right, %"
set yrange [0:104]
set key at graph 0.98,0.55
g(name) = dir."/transfer-".name."/tuning_exam.csv"
plot g("mix") using "step":(100*column("right")) with linespoints lt 1 title "pretrained, with old text", \
     g("alone") using "step":(100*column("right")) with linespoints lt 2 title "pretrained, lessons alone", \
     g("scratch") using "step":(100*column("right")) with linespoints lt 8 title "random weights", \
     g("mix") using "step":(100*column("fact")) with lines lt 1 dt 2 title "(dashed: facts alone)", \
     g("scratch") using "step":(100*column("fact")) with lines lt 8 dt 2 notitle
