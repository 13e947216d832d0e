// Package reliability kills the program at random points and damages its files at random. It has nothing but tests,
// whose flags say how often: docs/reliability.md has the figures.
package reliability
