# caption: The same GPT-2 with one part switched off. Without attention no token hears of another one.
names = "'everything on' 'no attention' 'no MLP' 'no residuals' 'no norms' 'no positions'"
set bmargin 7
set multiplot layout 1,2
set xlabel "steps"
set ylabel "whole lists right (%)"
set yrange [0:105]
set title "Reversing"
unset key
plot for [i=1:6] dir."/off_reverse.csv" using "step":(100 * column(word(names, i))) with lines lt i
set title "Sorting"
unset ylabel
set yrange [0:105]
set key at screen 0.5,0.02 center bottom maxrows 2 width 1
plot for [i=1:6] dir."/off_sort.csv" using "step":(100 * column(word(names, i))) with lines lt i title word(names, i)
unset multiplot
