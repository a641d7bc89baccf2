# caption: Feature maps of three Fashion-MNIST pictures: edges by Sobel, the picture at half size by max and by average pooling, and the maxima put back where they stood.
set multiplot layout 3,6 margins 0.01,0.99,0.02,0.90 spacing 0.01,0.025 title "Three pictures, five layers" font ",17"
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
row = 0
do for [which in "a b c"] {
    row = row + 1
    low = 0; high = 1; file = "/clothes.csv"
    name = which."_image"; set title (row == 1 ? "28x28" : ""); @picture
    low = -3; high = 3
    name = which."_sobel_x"; set title (row == 1 ? "Sobel x" : ""); @picture
    name = which."_sobel_y"; set title (row == 1 ? "Sobel y" : ""); @picture
    low = 0; high = 1; file = "/clothes_pooled.csv"
    name = which."_max"; set title (row == 1 ? "max 14x14" : ""); @picture
    name = which."_avg"; set title (row == 1 ? "mean 14x14" : ""); @picture
    file = "/clothes.csv"
    name = which."_unpooled"; set title (row == 1 ? "max-unpooled" : ""); @picture
}
unset multiplot
