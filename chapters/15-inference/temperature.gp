# caption: 256 documents at each temperature: how many are well-formed and true. Top-p 0.9 leaves out the long tail of unlikely words, which are many once it is hot.
set title "The hotter, the more goes wrong"
set xlabel "temperature"; set ylabel "well-formed and true, %"
set xrange [0:1.55]
set yrange [0:105]
set key bottom left
f = dir."/temperature.csv"
plot f using "temperature":(100*column("right_top_p")) with linespoints lt 3 title "top-p 0.9", \
     f using "temperature":(100*column("right")) with linespoints lt 2 title "all words"
