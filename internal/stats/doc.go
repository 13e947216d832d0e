// Package stats holds the statistics with which search algorithms are compared: descriptions and their
// bootstrap intervals, rank correlation, paired and unpaired tests, effect sizes, tests over several problems,
// times that some runs never reach, anytime curves, and fronts of two or more objectives.
//
// It is pure: numbers in, numbers out, no state; what is random takes a seed. Input without an answer (empty,
// of different lengths, NaN) is an error that says which argument and where. Functions that use only the order
// of their numbers accept infinities, the others refuse them.
package stats
