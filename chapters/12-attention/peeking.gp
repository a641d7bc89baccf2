# caption: The causal mask forgotten: the loss falls to zero faster than ever, for the answer is there to be read.
set title "Reversing eight symbols"
set xlabel "steps"
set ylabel "cross-entropy"
set logscale y
set format y "10^{%L}"
set style data lines
plot dir."/peeking.csv" using 1:"causal" title "causal mask" lt 1, "" using 1:"none" title "no mask: reads the answer" lt 2
