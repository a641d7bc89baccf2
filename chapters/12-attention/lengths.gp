# caption: Longer than in training: the models saw 2 to 10 symbols (grey) and are asked for up to 20.
set multiplot layout 1,2 title "Trained on 2 to 10 symbols" font ",20"
set xlabel "symbols"
set ylabel "share of right symbols"
set yrange [0:1.03]
set xrange [2:20]
set style data lines
set key bottom left
set object 1 rectangle from 2,0 to 10,1.03 fc rgb "#EEEEEE" fs solid noborder behind
file = dir."/lengths.csv"
do for [task in "copy reverse"] {
    set title task font ",16"
    plot file using 1:task." RoPE" title "RoPE" lt 1, "" using 1:task." ALiBi" title "ALiBi" lt 2, \
         "" using 1:task." learned" title "learned" lt 3, "" using 1:task." sinusoidal" title "sinusoidal" lt 5, \
         "" using 1:task." none" title "none" lt 8
    unset key
}
unset multiplot
