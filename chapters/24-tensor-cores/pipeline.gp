# caption: Three tiles of eight steps on one multiprocessor (64 x 64 in rung 12, 128 x 128 in 14, 128 x 256 from 15 on), from a model (copies take 800 cycles and what L2 gives, arithmetic what the peak allows; assumed, not measured). Thin: copies on their way, one height for each stage, from the moment the stage is free. Thick: arithmetic; below it, C. Rung 12 waits at every step, 14 at the beginning of every tile, 17 for bytes; 23 only while C leaves its registers.
set title "Who waits for whom"
set xlabel "cycles"
set xrange [-500:*]
set yrange [4.6:0.45]
set ytics ("rung 12" 1, "rung 14" 2, "rung 17" 3, "rung 23" 4)
set key outside top center horizontal
level(rung) = rung == 12 ? 1 : rung == 14 ? 2 : rung == 17 ? 3 : 4
what(w, y) = strcol("what") eq w ? y : NaN
plot dir."/pipeline.csv" using "begin":(what("copy", level($1) - 0.18 - 0.09 * column("stage"))):(column("end") - column("begin")):(0) with vectors nohead lw 2 lt 1 title "copies on their way", \
     "" using "begin":(what("multiply", level($1) + 0.02)):(column("end") - column("begin")):(0) with vectors nohead lw 9 lt 2 title "arithmetic", \
     "" using "begin":(what("store", level($1) + 0.2)):(column("end") - column("begin")):(0) with vectors nohead lw 9 lt 4 title "stores of C"
