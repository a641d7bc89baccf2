# caption: Tokens per second by how many texts are written at once, for a GPT-2 shape of 29 million random weights in three types. One step reads the weights once, for all texts.
set title "One step, many texts"
set xlabel "texts at once"; set ylabel "tokens/s"
set logscale x 2
set xrange [0.9:36]
set yrange [0:*]
set xtics (1, 2, 4, 8, 16, 32)
set key top left
f = dir."/texts_time.csv"
plot f using "texts":"q4_0" with linespoints lt 3 title "Q4\\_0", \
     f using "texts":"q8_0" with linespoints lt 2 title "Q8\\_0", \
     f using "texts":"f32" with linespoints lt 1 title "F32"
