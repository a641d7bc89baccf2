# caption: Bytes per token by the size of the vocabulary, on text that training did not see. Each text compresses only what it resembles.
set title "Bytes per token on text held back"
set xlabel "tokens in the vocabulary"; set ylabel "bytes per token"
set logscale x
set xrange [230:13000]
set yrange [0.8:4.6]
set xtics (256, 512, 1024, 2048, 4096, 8192)
set key top left
plot dir."/compression_text.csv" using "vocabulary":"held" with linespoints lt 1 title "King James, by its own merges", \
     dir."/compression_other.csv" using "vocabulary":"held" with linespoints lt 2 title "Tang poems, by their own merges", \
     dir."/compression_text.csv" using "vocabulary":"other" with linespoints lt 8 title "Tang poems, by King James merges"
