package core

// Forest is a sum of regression trees over a candidate's features.
type Forest struct {
	Base  float32
	Trees []Tree
}

// Tree is a binary tree in arrays: node i splits on Feature[i] at Split[i] (≤ goes left); a leaf has Feature -1 and its
// value in Split.
type Tree struct {
	Feature     []int16
	Split       []float32
	Left, Right []int16
}

// Score is the forest's sum for a candidate's features.
func (f *Forest) Score(x []float32) float64 {
	sum := f.Base
	for i := range f.Trees {
		t := &f.Trees[i]
		n := int16(0)
		for t.Feature[n] >= 0 {
			if x[t.Feature[n]] <= t.Split[n] {
				n = t.Left[n]
			} else {
				n = t.Right[n]
			}
		}
		sum += t.Split[n]
	}
	return float64(sum)
}
