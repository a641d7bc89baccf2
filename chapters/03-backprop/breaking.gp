# caption: One choice changed at a time. The run without max-subtraction has no curve: its loss is nan from the first step.
set title "What breaks it"
set xlabel "steps"; set ylabel "training loss (mean of 10 batches)"
set logscale y
set yrange [0.3:300]
file = dir."/breaking.csv"
plot file using "step":"healthy" with lines title "ReLU", \
     "" using "step":"sigmoid" with lines title "sigmoid", \
     "" using "step":"zero" with lines title "all weights 0", \
     "" using "step":"saturated" with lines title "sigmoid, gain 40", \
     "" using "step":"large" with lines title "ReLU, gain 20"
