package main

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/custard-ai/custard/server/translate/builtin/core"
)

// example is a question with the way to its gold query.
type example struct {
	q       *question
	text    string
	db      *database
	problem *core.Problem
	sketch  int // in the model's list; -1 where it is not there
	key     string
	steps   []core.Step
}

const (
	slotRate  = 0.12
	shapeRate = 0.06
	decay     = 2e-6
)

// learn trains the slot scorers and the sketch model, at the same time, by AdaGrad on their log loss.
func learn(m *core.Model, list []*example, epochs int) {
	var wg sync.WaitGroup
	wg.Go(func() { learnSlots(m, list, epochs) })
	wg.Go(func() { learnShapes(m, list, epochs) })
	wg.Wait()
	runtime.GC()
}

const mask = 1<<core.Bits - 1

func learnSlots(m *core.Model, list []*example, epochs int) {
	squares := make([]float32, 1<<core.Bits)
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(list))
	var probs []float64
	for range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			for _, s := range list[i].steps {
				probs = probs[:0]
				for _, f := range s.Feats {
					v := float32(0)
					for _, h := range f {
						v += m.Slots[h&mask]
					}
					probs = append(probs, float64(v))
				}
				softmax(probs)
				for k, f := range s.Feats {
					g := float32(probs[k])
					if k == s.Correct {
						g--
					}
					if g < 0.003 && g > -0.003 {
						continue
					}
					for _, h := range f {
						step(&m.Slots[h&mask], &squares[h&mask], g, slotRate)
					}
				}
			}
		}
	}
}

func step(w, sq *float32, g, rate float32) {
	*sq += g * g
	*w -= rate * g / float32(math.Sqrt(float64(*sq)+1e-4))
	*w -= *w * decay
}

func learnShapes(m *core.Model, list []*example, epochs int) {
	squares := make([]float32, 1<<core.Bits)
	random := rand.New(rand.NewPCG(3, 4))
	order := random.Perm(len(list))
	t := m.ShapeTrainer()
	for range epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			if e := list[i]; e.sketch >= 0 {
				t.Step(e.problem, e.sketch, func(at uint32, g float32) { step(&m.Shapes[at], &squares[at], g, shapeRate) })
			}
		}
	}
}

func softmax(x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	sum := 0.0
	for i, v := range x {
		x[i] = math.Exp(v - top)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
