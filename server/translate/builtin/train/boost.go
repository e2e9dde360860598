package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/custard-ai/custard/server/translate/builtin/core"
)

// row is a candidate with whether it was right.
type row struct {
	feats   []float32
	label   float32
	example *example // the question
}

// booster holds the settings of boosting.
type booster struct {
	trees, depth, least int
	rate                float64
	rows, features      float64 // the share that each tree sees
}

// ranker is how the ranker is trained.
var ranker = booster{trees: 240, depth: 6, least: 40, rate: 0.08, rows: 0.5, features: 0.3}

const (
	boostBins   = 48
	boostLambda = 4
)

// train trains a forest by gradient boosting on the log loss, with histograms.
func (o booster) train(rows []row) *core.Forest {
	n, width := len(rows), len(rows[0].feats)
	cuts, binned := make([][]float32, width), make([][]uint8, width)
	each(width, func(j int) {
		cuts[j] = quantiles(rows, j)
		binned[j] = make([]uint8, n)
		for i := range rows {
			k, _ := slices.BinarySearch(cuts[j], rows[i].feats[j])
			binned[j][i] = uint8(k)
		}
	})
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
	for range o.trees {
		for i := range rows {
			p := 1 / (1 + math.Exp(-score[i]))
			grad[i], hess[i] = p-float64(rows[i].label), p*(1-p)
		}
		b := &treeBuilder{booster: o, cuts: cuts, binned: binned, grad: grad, hess: hess}
		var sample []int32
		for i := 0; i < n; {
			keep := random.Float64() < o.rows
			g := rows[i].example
			for ; i < n && rows[i].example == g; i++ {
				if keep {
					sample = append(sample, int32(i))
				}
			}
		}
		for j := range width {
			if random.Float64() < o.features {
				b.use = append(b.use, j)
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

// each calls f for 0 to n-1 on all processors.
func each(n int, f func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for j := int(next.Add(1)) - 1; j < n; j = int(next.Add(1)) - 1 {
				f(j)
			}
		})
	}
	wg.Wait()
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
	booster
	cuts       [][]float32
	binned     [][]uint8
	grad, hess []float64
	use        []int
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
	b.tree.Split = append(b.tree.Split, float32(-b.rate*g/(h+boostLambda)))
	b.tree.Left, b.tree.Right = append(b.tree.Left, 0), append(b.tree.Right, 0)
	if depth >= b.depth || len(set) < 2*b.least {
		return me
	}
	base := g * g / (h + boostLambda)
	found := make([]split, len(b.use))
	each(len(b.use), func(n int) { found[n] = b.best(set, b.use[n], g, h, base) })
	var best split
	bestFeature := -1
	for n, s := range found {
		if s.gain > max(best.gain, 1e-6) {
			best, bestFeature = s, b.use[n]
		}
	}
	if bestFeature < 0 {
		return me
	}
	var left, right []int32
	for _, i := range set {
		if int(b.binned[bestFeature][i]) <= best.bin {
			left = append(left, i)
		} else {
			right = append(right, i)
		}
	}
	b.tree.Feature[me] = int16(bestFeature)
	b.tree.Split[me] = b.cuts[bestFeature][best.bin]
	l := b.grow(left, depth+1)
	r := b.grow(right, depth+1)
	b.tree.Left[me], b.tree.Right[me] = l, r
	return me
}

type split struct {
	gain float64
	bin  int
}

// best finds the best split of a set of rows by a feature.
func (b *treeBuilder) best(set []int32, j int, g, h, base float64) split {
	var gs, hs [boostBins + 1]float64
	var ns [boostBins + 1]int
	col := b.binned[j]
	for _, i := range set {
		k := col[i]
		gs[k] += b.grad[i]
		hs[k] += b.hess[i]
		ns[k]++
	}
	var out split
	gl, hl, nl := 0.0, 0.0, 0
	for k := range b.cuts[j] {
		gl, hl, nl = gl+gs[k], hl+hs[k], nl+ns[k]
		if nl < b.least || len(set)-nl < b.least {
			continue
		}
		if gain := gl*gl/(hl+boostLambda) + (g-gl)*(g-gl)/(h-hl+boostLambda) - base; gain > out.gain {
			out = split{gain, k}
		}
	}
	return out
}
