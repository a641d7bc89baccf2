# caption: Positions: sines and cosines that are added (left); what RoPE and ALiBi make of the distance between two equal vectors (right).
set multiplot layout 1,2 title "Three ways to say where" font ",20"
set xlabel "channel"
set ylabel "position"
set xrange [-0.5:63.5]
set yrange [63.5:-0.5]
set cbrange [-1:1]
unset grid; unset key
set title "sinusoidal" font ",16"
level(v) = 1 + int(9.99 * (v + 1) / 2)
style = GPVAL_TERM eq "dumb" ? "using 2:1:(substr(' .:-=+*#%@', level(column(3)), level(column(3)))) with labels" : "using 2:1:3 with image"
plot dir."/waves.csv" @style
set title "RoPE and ALiBi" font ",16"
set xlabel "distance from query to key"
set ylabel "score"
set xrange [0:100]
set yrange [-4:9]
if (GPVAL_TERM ne "dumb") set grid back lt 1 dt 1 lw 1 lc rgb "#DCDCDC"
set key bottom right
set style data lines
plot dir."/distances.csv" using 1:"rope" title "RoPE, 64 numbers" lt 1, \
     "" using 1:"alibi1" title "ALiBi, slope 1/2" lt 2, \
     "" using 1:"alibi4" title "ALiBi, slope 1/16" lt 5, \
     "" using 1:"alibi8" title "ALiBi, slope 1/256" lt 3
unset multiplot
