# caption: The loss on the text that chapter 14 trained on, while the model learns to answer. Eight rows of it in every step keep it; without them it is lost within a few dozen steps.
set title "What is lost on the way"
set xlabel "step"; set ylabel "loss on old text, nats per token"
set yrange [0:6]
set key at graph 0.98,0.6
g(name) = dir."/transfer-".name."/tuning_exam.csv"
plot g("scratch") using "step":"old_loss" with linespoints lt 8 title "random weights", \
     g("alone") using "step":"old_loss" with linespoints lt 2 title "pretrained, lessons alone", \
     g("mix") using "step":"old_loss" with linespoints lt 1 title "pretrained, with old text"
