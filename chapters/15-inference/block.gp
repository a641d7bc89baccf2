# caption: 32 neighbouring weights of the first layer, and what four bits make of them: with one scale for the whole matrix, and with a scale of their own. The levels of a scale that all share are as far apart as its largest weight asks for.
set title "A block of weights in four bits"
set xlabel "number in the block"; set ylabel "weight"
set xrange [-1:32]
set key top left
set yrange [-0.15:0.2]
f = dir."/bits_block.csv"
plot f using "i":"weight" with impulses lt 8 lw 1.5 notitle, \
     "" using "i":"weight" with points lt 7 pt 7 ps 1 title "weight", \
     "" using "i":"matrix_scale" with points lt 2 pt 4 ps 1.6 title "a scale for the matrix", \
     "" using "i":"block_scale" with points lt 1 pt 6 ps 1.6 title "a scale for the block"
