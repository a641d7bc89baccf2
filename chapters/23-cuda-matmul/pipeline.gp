# caption: Two tiles of four steps on one multiprocessor, drawn from the code's stages with copies that take 1000 cycles (assumed). Thin: copies on their way. Thick: arithmetic. (Tiles of rung 7 are half as large.) Rung 7 waits at every step, rung 8 at the beginning of each tile, rung 9 once.
set title "Who waits for whom"
set xlabel "cycles"
set xrange [-500:*]
set yrange [9.6:6.3]
set ytics ("rung 7" 7, "rung 8" 8, "rung 9" 9)
set key outside top center horizontal
what(w, y) = strcol("what") eq w ? y : NaN
plot dir."/pipeline.csv" using "begin":(what("copy", $1 - 0.12 - 0.05 * (int(column("step")) % 4))):(column("end") - column("begin")):(0) with vectors nohead lw 2 lt 1 title "copies on their way", \
     "" using "begin":(what("multiply", $1 + 0.06)):(column("end") - column("begin")):(0) with vectors nohead lw 6 lt 2 title "arithmetic", \
     "" using "begin":(what("store", $1 + 0.18)):(column("end") - column("begin")):(0) with vectors nohead lw 6 lt 4 title "stores of C"
