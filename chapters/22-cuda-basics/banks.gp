# caption: Passes over the 32 banks of shared memory for each request, when lane t reads word t * stride.
set title "lane t reads word t * stride of shared memory"
set xlabel "stride in words of 4 bytes"
set ylabel "passes over the banks for each request"
set xrange [0:41]
set yrange [0:36]
set xtics (1, 4, 8, 16, 24, 32, 40)
set key top left
set boxwidth 0.7
plot dir."/stride.csv" using "stride":(int(column("stride")) % 2 ? column("passes") : NaN) with boxes lt 3 title "odd strides", \
     "" using "stride":(int(column("stride")) % 2 ? NaN : column("passes")) with boxes lt 2 title "even strides"
