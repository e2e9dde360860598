package core

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// Diagnosis tells where a known query is lost.
type Diagnosis struct {
	SketchRank int          // of the known sketch; -1 where it is unknown
	Filled     *Candidate   // the best filling of the known sketch; nil where the sketch is unknown or cannot be filled
	Missing    bool         // some choice of the known query is not among the choices
	Notes      []string     // what was lost to what
	Wrong      map[int]bool // roles whose choice is wrong though those before it are right
}

// Diagnose follows a known query (put in order by Order).
func (p *Problem) Diagnose(m *Model, gold *ir.Query) Diagnosis {
	d := Diagnosis{SketchRank: -1, Wrong: map[int]bool{}}
	sk, ok := SketchOf(gold)
	if !ok {
		return d
	}
	at := slices.IndexFunc(m.Sketches, func(s *Sketch) bool { return s.Key() == sk.Key() })
	if at < 0 {
		return d
	}
	logp := m.shapes(p)
	d.SketchRank = 0
	for _, l := range logp {
		if l > logp[at] {
			d.SketchRank++
		}
	}
	pl := newPlan(m.Sketches[at])
	if states := p.beam(pl, m); len(states) > 0 {
		d.Filled = &Candidate{Query: pl.assemble(states[0]), Sketch: pl.sketch, plan: pl, st: states[0]}
	}
	steps, whole := p.Follow(sk, gold)

	d.Missing = !whole
	for _, s := range steps {
		best, top := 0, m.sum(s.Feats[0])
		for i, f := range s.Feats {
			if v := m.sum(f); v > top {
				best, top = i, v
			}
		}
		if best != s.Correct {
			d.Wrong[s.Role] = true
			d.Notes = append(d.Notes, s.choices[s.Correct].String()+" lost to "+s.choices[best].String())
		}
	}
	return d
}

// String is the choice for people.
func (c *choice) String() string {
	s := string(c.op)
	if c.desc {
		s += " desc"
	}
	if c.col != nil {
		s = c.col.String() + " " + s
	}
	if c.table != nil {
		s = c.table.Def.Name + ".* " + s
	}
	if c.val != nil {
		s += " " + c.val.text
	}
	return s
}
