// Package compare makes the runs that answer which search strategy is better on a problem: many studies of each, on the
// same seeds.
//
// [Plan] says what is run, [Run] what came of one study. What follows from them is package analysis's, tables and
// pictures are package report/comparison's.
package compare
