# caption: How many texts of random length fit into a cache for 16 of the longest, by the size of a page. The last page of a text is filled only in part: the larger a page, the more of the memory that texts hold is empty.
set title "How large should a page be?"
set xlabel "positions of a page"; set ylabel "texts that fit"
set y2label "held and empty, %" textcolor rgb "#222222"
set logscale x 2
set xrange [0.8:2600]
set yrange [0:140]; set y2range [0:100]
set ytics nomirror; set y2tics 20
set border 11
set rmargin 9
set xtics (1, 8, 16, 32, 64, 128, 512, 2048)
set key center left
f = dir."/page_sizes.csv"
plot f using "positions":"texts" with linespoints lt 1 title "texts that fit", \
     f using "positions":(100*column("waste")) axes x1y2 with linespoints lt 2 title "held, but empty"
