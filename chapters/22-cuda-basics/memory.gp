# caption: The memories of an H100: how much each holds, and how fast it is read.
set title "the memories of an H100 (SXM5)"
set ylabel "KiB"
set logscale y
set yrange [1000:1e9]
set xrange [-0.6:3.6]
set boxwidth 0.6
unset key
set bmargin 4
file = "chapters/22-cuda-basics/memory.csv"
plot file using 0:"kib":xticlabels(sprintf("%s\n%s", strcol(1), strcol(2))) every ::0::3 with boxes lt 1, \
     "" using 0:(column("kib") * 2):(strcol(4) eq "" ? "every operand" : sprintf("%s GB/s", strcol(4))) every ::0::3 with labels font ",15"
