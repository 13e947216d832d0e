// Package triptych draws what an attack changes of an image.
package triptych

import (
	"image"
	"image/color"
	"math"
)

// Amplification is the greatest whole number by which a difference can be multiplied so that it spans no more than
// from black to white around a middle grey.
func Amplification(clean, adv []float32) int {
	largest := 0.
	for i, v := range clean {
		largest = max(largest, math.Abs(float64(adv[i])-float64(v)))
	}
	if largest == 0 {
		return 1
	}
	return max(1, int(math.Floor(.5/largest*(1+1e-4)))) // 1/255 as float32 is a little more or less
}

// panel is the least side of an enlarged image, in pixels.
const panel = 128

// Draw draws clean image, adversarial example and amplified difference side by side. Every pixel becomes a square
// of whole pixels; a difference of 0 is middle grey. Values are (channels, rows, columns), of one channel or three.
func Draw(channels, side int, clean, adv []float32, times int) image.Image {
	difference := make([]float32, len(clean))
	for i := range clean {
		difference[i] = .5 + float32(times)*(adv[i]-clean[i])
	}
	zoom := max(1, (panel+side-1)/side)
	frame := image.Rect(0, 0, zoom*(3*side+2), zoom*side) // a white pixel between panels
	grey, colour := image.NewGray(frame), image.NewRGBA(frame)
	for y := range frame.Dy() {
		for x := range frame.Dx() {
			at := x / zoom % (side + 1)
			values := [][]float32{clean, adv, difference}[x/zoom/(side+1)]
			var v [3]uint8
			for c := range v {
				v[c] = 255
				if at < side {
					v[c] = level(values[(min(c, channels-1)*side+y/zoom)*side+at])
				}
			}
			grey.SetGray(x, y, color.Gray{v[0]})
			colour.SetRGBA(x, y, color.RGBA{v[0], v[1], v[2], 255})
		}
	}
	if channels == 1 {
		return grey
	}
	return colour
}

// level returns a value in [0,1] as a byte.
func level(v float32) uint8 { return uint8(math.Round(255 * float64(min(max(v, 0), 1)))) }
