// Package compare answers which search strategy is better on a problem, and how sure that is: it runs many
// studies of each, on the same seeds, and says what follows from them.
//
// [Plan] says what is run, [Run] what came of one study, [Comparison] everything together. Statistics are in
// package compare/stats, tables and pictures in package report.
package compare
