# caption: The change that full fine-tuning made to each kind of matrix, and how much of its squares the first directions hold, mean over the layers. The weights themselves, and random numbers, spread over many more.
set title "Is the change of low rank?"
set xlabel "rank: directions that are kept"; set ylabel "share of the squares, %"
set logscale x 2
set xrange [1:66]
set yrange [0:102]
set xtics (1, 2, 4, 8, 16, 32, 64)
set key bottom right
f = dir."/rank.csv"
plot f using "rank":"v" with lines lt 1 title "change of v", \
     "" using "rank":"q" with lines lt 6 title "change of q", \
     "" using "rank":"o" with lines lt 3 title "change of o", \
     "" using "rank":"down" with lines lt 4 title "change of down", \
     "" using "rank":"up" with lines lt 5 title "change of up", \
     "" using "rank":"weights" with lines lt 7 dt 2 title "the weights themselves", \
     "" using "rank":"random" with lines lt 8 dt 3 title "random numbers"
