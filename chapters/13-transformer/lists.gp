# caption: Whole lists written without a mistake, during training: both shapes and an encoder-decoder.
set multiplot layout 1,2
set xlabel "steps"
set ylabel "whole lists right (%)"
set yrange [0:105]
set key bottom right
do for [rule in "reverse sort"] {
    set title (rule eq "reverse" ? "Lists to reverse" : "Lists to sort")
    plot dir."/lists.csv" using "step":(100 * column(rule." GPT-2")) with lines lt 1 title "GPT-2 shape", \
         "" using "step":(100 * column(rule." Llama")) with lines lt 2 title "Llama shape", \
         "" using "step":(100 * column(rule." encoder-decoder")) with lines lt 3 title "encoder-decoder"
    unset ylabel
    unset key
}
unset multiplot
