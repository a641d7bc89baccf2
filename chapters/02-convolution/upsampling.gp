# caption: Four ways from 24x24 to 96x96. Equal weights in a 3x3 kernel at stride 2 leave a checkerboard; a 4x4 kernel with bilinear weights leaves none.
set multiplot layout 2,3 margins 0.11,0.89,0.02,0.90 spacing 0.02,0.09 title "Four times larger, four ways" font ",17"
# In a terminal a pixel is a character, the denser the brighter.
level(v, low, high) = 1 + int(9.99 * (v < low ? 0 : v > high ? 1 : (v - low) / (high - low)))
ramp(v, low, high) = substr(" .:-=+*#%@", level(v, low, high), level(v, low, high))
style = GPVAL_TERM eq "dumb" ? "using 1:2:(ramp(column(name), low, high)) with labels" : "using 1:2:(column(name)) with image"
set palette defined (0 "black", 1 "white")
unset colorbox; unset tics; unset border; unset grid; unset xlabel; unset ylabel; unset key
set size ratio -1
set yrange [*:*] reverse
set title font ",14" offset 0,-0.6
picture = 'set cbrange [low:high]; plot dir.file @style'
low = 0; high = 1
file = "/upsampling_small.csv"
name = "small"; set title "average-pooled by 4"; @picture
file = "/upsampling.csv"
name = "nearest"; set title "nearest"; @picture
name = "bilinear"; set title "bilinear"; @picture
name = "original"; set title "original, 96x96"; @picture
name = "uneven"; set title "transposed 3x3, stride 2, twice"; @picture
name = "even"; set title "transposed 4x4, stride 2, twice"; @picture
unset multiplot
