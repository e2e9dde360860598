package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/core"
)

// row is a candidate with whether it was right.
type row struct {
	feats []float32
	label float32
	group int
}

// boosting settings.
const (
	boostTrees  = 140
	boostDepth  = 6
	boostRate   = 0.1
	boostBins   = 48
	boostLeast  = 40
	boostLambda = 4
)

// boost trains a forest by gradient boosting on the log loss, with histograms.
func boost(rows []row) *core.Forest {
	n, width := len(rows), len(rows[0].feats)
	cuts := make([][]float32, width)
	binned := make([][]uint8, width)
	for j := range width {
		cuts[j] = quantiles(rows, j)
		binned[j] = make([]uint8, n)
		for i := range rows {
			k, _ := slices.BinarySearch(cuts[j], rows[i].feats[j])
			binned[j][i] = uint8(k)
		}
	}
	pos := 0.0
	for _, r := range rows {
		pos += float64(r.label)
	}
	rate := pos / float64(n)
	f := &core.Forest{Base: float32(math.Log(rate / (1 - rate)))}
	score := make([]float64, n)
	for i := range score {
		score[i] = float64(f.Base)
	}
	grad, hess := make([]float64, n), make([]float64, n)
	random := rand.New(rand.NewPCG(5, 6))
	for range boostTrees {
		for i := range rows {
			p := 1 / (1 + math.Exp(-score[i]))
			grad[i], hess[i] = p-float64(rows[i].label), p*(1-p)
		}
		b := &treeBuilder{rows: rows, cuts: cuts, binned: binned, grad: grad, hess: hess}
		var sample []int32
		keep := map[int]bool{}
		for i := range rows {
			k, ok := keep[rows[i].group]
			if !ok {
				k = random.Float64() < 0.5
				keep[rows[i].group] = k
			}
			if k {
				sample = append(sample, int32(i))
			}
		}
		for j := range width {
			if random.Float64() < 0.4 {
				b.features = append(b.features, j)
			}
		}
		b.grow(sample, 0)
		f.Trees = append(f.Trees, b.tree)
		one := core.Forest{Trees: []core.Tree{b.tree}}
		for i := range rows {
			score[i] += one.Score(rows[i].feats)
		}
	}
	return f
}

func quantiles(rows []row, j int) []float32 {
	var all []float32
	for i := 0; i < len(rows); i += max(1, len(rows)/20000) {
		all = append(all, rows[i].feats[j])
	}
	slices.Sort(all)
	var out []float32
	for k := 1; k < boostBins; k++ {
		v := all[k*len(all)/boostBins]
		if len(out) == 0 || v > out[len(out)-1] {
			out = append(out, v)
		}
	}
	return out
}

type treeBuilder struct {
	rows       []row
	cuts       [][]float32
	binned     [][]uint8
	grad, hess []float64
	features   []int
	tree       core.Tree
}

// grow adds the node of a set of rows and returns its number.
func (b *treeBuilder) grow(set []int32, depth int) int16 {
	me := int16(len(b.tree.Feature))
	g, h := 0.0, 0.0
	for _, i := range set {
		g += b.grad[i]
		h += b.hess[i]
	}
	b.tree.Feature = append(b.tree.Feature, -1)
	b.tree.Split = append(b.tree.Split, float32(-boostRate*g/(h+boostLambda)))
	b.tree.Left, b.tree.Right = append(b.tree.Left, 0), append(b.tree.Right, 0)
	if depth >= boostDepth || len(set) < 2*boostLeast {
		return me
	}
	bestGain, bestFeature, bestBin := 1e-6, -1, 0
	base := g * g / (h + boostLambda)
	for _, j := range b.features {
		var gs, hs [boostBins + 1]float64
		var ns [boostBins + 1]int
		col := b.binned[j]
		for _, i := range set {
			k := col[i]
			gs[k] += b.grad[i]
			hs[k] += b.hess[i]
			ns[k]++
		}
		gl, hl, nl := 0.0, 0.0, 0
		for k := range len(b.cuts[j]) {
			gl, hl, nl = gl+gs[k], hl+hs[k], nl+ns[k]
			if nl < boostLeast || len(set)-nl < boostLeast {
				continue
			}
			gain := gl*gl/(hl+boostLambda) + (g-gl)*(g-gl)/(h-hl+boostLambda) - base
			if gain > bestGain {
				bestGain, bestFeature, bestBin = gain, j, k
			}
		}
	}
	if bestFeature < 0 {
		return me
	}
	var left, right []int32
	for _, i := range set {
		if int(b.binned[bestFeature][i]) <= bestBin {
			left = append(left, i)
		} else {
			right = append(right, i)
		}
	}
	b.tree.Feature[me] = int16(bestFeature)
	b.tree.Split[me] = b.cuts[bestFeature][bestBin]
	l := b.grow(left, depth+1)
	r := b.grow(right, depth+1)
	b.tree.Left[me], b.tree.Right[me] = l, r
	return me
}
