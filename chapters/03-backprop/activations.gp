# caption: Seven activations (leaky ReLU with alpha 0.1, ELU with alpha 1).
set title "Activations"
set xlabel "x"; set ylabel "f(x)"
set yrange [-1.2:3]
set key top left
file = dir."/activations.csv"
plot file using "x":"sigmoid" with lines title "sigmoid", \
     "" using "x":"tanh" with lines title "tanh", \
     "" using "x":"relu" with lines title "ReLU", \
     "" using "x":"leaky" with lines dt 2 title "leaky ReLU", \
     "" using "x":"elu" with lines title "ELU", \
     "" using "x":"silu" with lines title "SiLU", \
     "" using "x":"gelu" with lines title "GELU"
