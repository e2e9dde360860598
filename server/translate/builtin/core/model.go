package core

import (
	"math"
	"slices"
)

// Bits is the size of the hashed weight tables: 1<<Bits weights each.
const Bits = 20

const mask = 1<<Bits - 1

// Model is what training learns. It is read-only while answering.
type Model struct {
	Slots    []float32 // of the features of choices
	Shapes   []float32 // of the sketch model: component × n-gram
	Sketches []*Sketch
	Trees    *Forest // ranks candidates; nil before it is trained

	parts []component // all components of all sketches, each once
	at    [][]int     // for each sketch: its components, as positions in parts
}

// NewModel makes an untrained model over known sketches.
func NewModel(sketches []*Sketch) *Model {
	m := &Model{Slots: make([]float32, 1<<Bits), Shapes: make([]float32, 1<<Bits), Sketches: sketches}
	m.Prepare()
	return m
}

// Prepare makes what follows from the sketches.
func (m *Model) Prepare() {
	seen := map[component]int{}
	m.parts, m.at = nil, make([][]int, len(m.Sketches))
	for i, s := range m.Sketches {
		s.parts = nil
		s.prepare()
		for _, c := range s.parts {
			k, ok := seen[c]
			if !ok {
				k = len(m.parts)
				seen[c] = k
				m.parts = append(m.parts, c)
			}
			m.at[i] = append(m.at[i], k)
		}
	}
}

func (m *Model) sum(feats []uint32) float64 {
	s := float32(0)
	for _, f := range feats {
		s += m.Slots[f&mask]
	}
	return float64(s)
}

// baseScore is the score of a column's own features for a role.
func (p *Problem) baseScore(m *Model, info *colInfo, key roleKey) float64 {
	if s, ok := info.score[key]; ok {
		return s
	}
	s := m.sum(p.baseFeats(info, key))
	if info.score == nil {
		info.score = map[roleKey]float64{}
	}
	info.score[key] = s
	return s
}

// best returns the columns that score best for a role by themselves.
func (p *Problem) best(m *Model, key roleKey) []*colInfo {
	if list, ok := p.ranked[key]; ok {
		return list
	}
	list := slices.Clone(p.pool)
	if len(list) > tryColumns {
		for _, info := range list {
			p.baseScore(m, info, key)
		}
		slices.SortStableFunc(list, func(a, b *colInfo) int { return compare(b.score[key], a.score[key]) })
		list = list[:tryColumns]
	}
	if p.ranked == nil {
		p.ranked = map[roleKey][]*colInfo{}
	}
	p.ranked[key] = list
	return list
}

// shapes scores every sketch for the question and returns log probabilities.
func (m *Model) shapes(p *Problem) []float64 {
	partScores := make([]float32, len(m.parts))
	for i, c := range m.parts {
		s := float32(0)
		for _, n := range p.ngrams {
			s += m.Shapes[mix(uint32(c), n)&mask]
		}
		partScores[i] = s
	}
	out := make([]float64, len(m.Sketches))
	for i, at := range m.at {
		for _, k := range at {
			out[i] += float64(partScores[k])
		}
	}
	logSoftmax(out)
	return out
}

func logSoftmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	z := top + math.Log(sum)
	for i := range x {
		x[i] -= z
	}
}

// Forget drops the scores that a model gave, so that another may be asked.
func (p *Problem) Forget() {
	p.ranked = nil
	for _, info := range p.columns {
		if info != nil {
			info.score = nil
		}
	}
}
