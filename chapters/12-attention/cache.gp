# caption: One layer of GPT-2's smallest size writes token by token: with the keys and values kept, and with everything computed again for every token.
set title "One layer, 768 channels"
set xlabel "T, length of the text so far"
set ylabel "tokens per second"
set logscale x 2
set logscale y 10
set xrange [14:1200]
set key bottom left
set style data linespoints
plot dir."/cache_time.csv" using 1:"cached" title "with a KV cache" lt 1, "" using 1:"again" title "all again for every token" lt 2
