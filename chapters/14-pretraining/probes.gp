# caption: Forty questions of each kind, at every test. Each ability has its own moment, and the loss shows none of them.
set title "What the model can do, and from when on"
set xlabel "millions of tokens read"; set ylabel "answered without a mistake, %"
set yrange [-3:105]
set key outside right center vertical
set rmargin 19
f = dir."/probes_by_step.csv"
# of a text there is only the first line, with the names
if (int(system("wc -l <'".f."'")) < 2) {
    set xrange [0:1]
    plot -10 title "a text is not asked"
} else {
    plot f using (column("tokens")/1e6):(100*column("recall_1")) with linespoints lt 1 title "1 thing found", \
     "" using (column("tokens")/1e6):(100*column("fact")) with linespoints lt 2 title "facts", \
     "" using (column("tokens")/1e6):(100*column("sum")) with linespoints lt 5 title "sums", \
     "" using (column("tokens")/1e6):(100*column("count")) with linespoints lt 3 title "counting", \
     "" using (column("tokens")/1e6):(100*column("reverse")) with linespoints lt 4 title "reversing", \
     "" using (column("tokens")/1e6):(100*column("repeat")) with linespoints lt 7 title "repeating", \
     "" using (column("tokens")/1e6):(100*column("recall_3")) with linespoints lt 8 title "3 things found"
}
