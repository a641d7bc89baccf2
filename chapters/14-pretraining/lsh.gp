# caption: The probability that two documents are compared, by their similarity, for three ways to cut 128 numbers into bands. Lines: the formula. Points: 1,000 pairs each.
set title "128 numbers, cut three ways"
set xlabel "similarity of two documents (Jaccard)"; set ylabel "share of the pairs that are compared, %"
set yrange [0:105]
set key bottom right
f = dir."/lsh_curve.csv"
plot f using "similarity":(100*column("formula_32x4")) with lines lt 1 title "32 bands of 4", \
     f using "similarity":(100*column("formula_16x8")) with lines lt 2 title "16 bands of 8", \
     f using "similarity":(100*column("formula_8x16")) with lines lt 3 title "8 bands of 16", \
     f using "similarity":(100*column("measured_32x4")) with points lt 1, \
     f using "similarity":(100*column("measured_16x8")) with points lt 2, \
     f using "similarity":(100*column("measured_8x16")) with points lt 3
