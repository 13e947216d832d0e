package anova

import (
	"math"

	"github.com/nassearch/nassearch/internal/stats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Share is the part of the variance within strata that terms explain.
type Share struct {
	Value    float64
	Interval *stats.Interval // of 95 %; nil where there are no more clusters than columns to fit
}

// Explained returns what terms explain that others of them alone do not: the difference of the two models' R2. Terms
// are named by their numbers. With none besides it is the R2 of the terms; with all but one it is what dropping this
// one costs. Where the design is balanced it does not depend on the others.
func (m *Model) Explained(terms, besides []int) Share {
	total, with, without := m.fit(nil).residuals, m.fit(terms), m.fit(besides)
	all := rss(total)
	share := max(0, (rss(without.residuals)-rss(with.residuals))/all)
	s := Share{Value: min(share, 1)}
	if with.rank >= m.clusters {
		return s
	}
	// How much a cluster moves the share: to first order the coefficients, which minimise, do not.
	moves := make([]float64, m.clusters)
	for i, c := range m.sample.Cluster {
		a, b, t := without.residuals[i], with.residuals[i], total[i]
		moves[c] += (a*a - b*b - share*t*t) / all
	}
	half := m.quantile() * math.Sqrt(rss(moves)*m.finite())
	s.Interval = &stats.Interval{Low: max(0, share-half), High: min(1, share+half)}
	return s
}

// Rank is the number of independent columns of some terms and the strata.
func (m *Model) Rank(terms []int) int { return m.fit(terms).rank }

// Columns is the number of columns that the terms and the strata have: more than their rank if the design does not tell
// all of them apart.
func (m *Model) Columns(terms []int) int { return len(m.of(terms)) }

// finite corrects a variance for the number of clusters.
func (m *Model) finite() float64 { return float64(m.clusters) / float64(m.clusters-1) }

// quantile is that of a 95 % interval.
func (m *Model) quantile() float64 { return m.student().Quantile(.975) }

func (m *Model) student() distuv.StudentsT {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(m.clusters - 1)}
}
