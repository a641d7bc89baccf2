# caption: Two losses in one gradient, and how much each counts. Zog's loss falls, the first task's stands at what the style of its answers costs. What does not fall gets the greater weight, whether there is something left to learn or not.
set title "Dynamic weights"
set xlabel "step"; set ylabel "loss, nats; weight"
set yrange [0:*]
set xrange [0:160]
set key top right
f = dir."/forgetting_dynamic.csv"
plot f using "step":"loss_second" with linespoints lt 2 title "loss, zog", \
     "" using "step":"loss_first" with linespoints lt 1 title "loss, first task", \
     "" using "step":"weight_first" with lines lt 1 dt 2 title "weight, first task", \
     "" using "step":"weight_second" with lines lt 2 dt 2 title "weight, zog"
