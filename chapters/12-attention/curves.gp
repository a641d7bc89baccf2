# caption: Copying and reversing ten symbols: accuracy during training with five kinds of positions.
set multiplot layout 1,2 title "Ten symbols, during training" font ",20"
set xlabel "steps"
set ylabel "share of right symbols"
set yrange [0:1.03]
set style data lines
set key bottom right
file = dir."/curves.csv"
do for [task in "copy reverse"] {
    set title task font ",16"
    plot file using 1:task." RoPE" title "RoPE" lt 1, "" using 1:task." ALiBi" title "ALiBi" lt 2, \
         "" using 1:task." learned" title "learned" lt 3, "" using 1:task." sinusoidal" title "sinusoidal" lt 5, \
         "" using 1:task." none" title "none" lt 8
    unset key
}
unset multiplot
