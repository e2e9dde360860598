package core

import "math"

// ShapeTrainer trains a model's sketch weights.
type ShapeTrainer struct {
	m     *Model
	parts []float32
	grads []float32
}

// ShapeTrainer makes a trainer of the sketch weights.
func (m *Model) ShapeTrainer() *ShapeTrainer {
	return &ShapeTrainer{m: m, parts: make([]float32, len(m.parts)), grads: make([]float32, len(m.parts))}
}

// Step calls update with the position and gradient of each weight that matters for a question whose sketch is known.
func (t *ShapeTrainer) Step(p *Problem, correct int, update func(at uint32, g float32)) {
	m := t.m
	for i, c := range m.parts {
		s := float32(0)
		for _, n := range p.ngrams {
			s += m.Shapes[mix(uint32(c), n)&mask]
		}
		t.parts[i], t.grads[i] = s, 0
	}
	scores := make([]float64, len(m.Sketches))
	for i, at := range m.at {
		for _, k := range at {
			scores[i] += float64(t.parts[k])
		}
	}
	logSoftmax(scores)
	for i, at := range m.at {
		g := float32(math.Exp(scores[i]))
		if i == correct {
			g--
		}
		for _, k := range at {
			t.grads[k] += g
		}
	}
	for i, c := range m.parts {
		if g := t.grads[i]; g > 0.004 || g < -0.004 {
			for _, n := range p.ngrams {
				update(mix(uint32(c), n)&mask, g)
			}
		}
	}
}
