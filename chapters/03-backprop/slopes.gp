# caption: Their slopes, drawn by the backward passes: what a gradient is multiplied by on its way through.
set title "Slopes of the activations"
set xlabel "x"; set ylabel "f'(x)"
set yrange [-0.2:1.25]
set key top left
file = dir."/activations.csv"
plot file using "x":"dsigmoid" with lines title "sigmoid", \
     "" using "x":"dtanh" with lines title "tanh", \
     "" using "x":"drelu" with lines title "ReLU", \
     "" using "x":"dleaky" with lines dt 2 title "leaky ReLU", \
     "" using "x":"delu" with lines title "ELU", \
     "" using "x":"dsilu" with lines title "SiLU", \
     "" using "x":"dgelu" with lines title "GELU"
