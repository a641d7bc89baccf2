# caption: The loss of the model rounded to two bits, while its weights are trained on: once without a word of the rounding, once with rounded weights in the forward pass.
set title "Training that knows of the rounding"
set xlabel "steps of further training"; set ylabel "loss on test documents, nats"
set key top right
set yrange [0.65:1]
f = dir."/qat.csv"
plot f using "step":"trained_plain" with linespoints lt 2 title "trained as before, then rounded to two bits", \
     "" using "step":"trained_aware" with linespoints lt 1 title "trained through the rounding", \
     "" using "step":"whole" with lines lt 7 dt 2 title "trained as before, not rounded"
