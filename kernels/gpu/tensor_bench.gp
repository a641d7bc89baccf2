# caption: The rungs of tensor cores on a real GPU, in percent of cuBLASLt's fastest algorithm by size of the matrices. From the newest kernels/results/*-tensor.csv.
file = system("ls -t ".dir."/*-tensor.csv | head -n 1")
set title "The ladder of tensor cores on a GPU (bf16, C = A B^T)"
set xlabel "rung"
set ylabel "percent of cuBLASLt"
set xrange [9.5:23.5]
set yrange [0:*]
set xtics 1
set key bottom right
set style data linespoints
cube(n) = strcol("kind") eq "bf16" && strcol("form") eq "NT" && column("M") == n && column("N") == n && column("K") == n
plot for [n in "2048 4096 8192"] file using "number":(cube(int(n)) ? column("percent") : NaN) title n." cubed"
