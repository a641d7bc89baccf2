# caption: What one value really sees: the weight of every input pixel, found by sending a 1 back through transposed convolutions. Brightness is relative to the largest weight.
set multiplot layout 2,2 margins 0.265,0.735,0.02,0.83 spacing 0.04,0.14 title "The pixels that one value sees" font ",17"
# In a terminal a pixel is a character, the denser the brighter.
level(v, low, high) = 1 + int(9.99 * (v < low ? 0 : v > high ? 1 : (v - low) / (high - low)))
ramp(v, low, high) = substr(" .:-=+*#%@", level(v, low, high), level(v, low, high))
style = GPVAL_TERM eq "dumb" ? "using 1:2:(ramp(column(name), low, high)) with labels" : "using 1:2:(column(name)) with image"
unset colorbox; unset tics; unset grid; unset xlabel; unset ylabel; unset key
set border 15
set size ratio -1
set xrange [13.5:34.5]
set yrange [34.5:13.5]
set title font ",14" offset 0,-0.4
low = 0; high = 1
set cbrange [low:high]
picture = 'plot dir."/seen.csv" @style'
name = "plain"; set title "5 convolutions:\n11x11"; @picture
name = "pooled"; set title "2 conv., pool 2, 2 conv.:\n14x14"; @picture
name = "dilated"; set title "dilation 1, 2, 4:\n15x15"; @picture
name = "holes"; set title "dilation 2, 2, 2:\n13x13, with holes"; @picture
unset multiplot
