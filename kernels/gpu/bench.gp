# caption: The rungs on a real GPU, in percent of cuBLAS (fp32 pedantic) by size of the matrices. From the newest kernels/results/*.csv.
file = system("ls -t ".dir."/*.csv | grep -v tensor | head -n 1")
set title "The fp32 ladder on a GPU"
set xlabel "rung"
set ylabel "percent of cuBLAS"
set xrange [0.5:9.5]
set yrange [0:*]
set xtics 1
set key top left
set style data linespoints
plot for [n in "2048 4096 8192"] file using 4:(column("M") == int(n) ? column("percent") : NaN) title n." cubed"
