package core

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"math"
)

// file is how a model is stored. It is not compressed: what is left would shrink by a third and cost twice the time.
type file struct {
	Version  int
	Sketches []byte // JSON
	Slots    table
	Shapes   table
	Trees    *Forest
}

// table is a table of weights, sparse: gaps between positions as varints, and a byte for each weight.
type table struct {
	Scale  float32
	Gaps   []byte
	Values []byte
}

const version = 1

// Encode stores the model.
func (m *Model) Encode() ([]byte, error) {
	sketches, err := json.Marshal(m.Sketches)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	f := file{Version: version, Sketches: sketches, Slots: pack(m.Slots), Shapes: pack(m.Shapes), Trees: m.Trees}
	if err := gob.NewEncoder(&buf).Encode(f); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// Decode reads a stored model.
func Decode(data []byte) (*Model, error) {
	var f file
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&f); err != nil {
		return nil, fmt.Errorf("the engine's weights are broken: %w", err)
	}
	if f.Version != version {
		return nil, fmt.Errorf("the engine's weights have version %d, not %d", f.Version, version)
	}
	m := &Model{Slots: make([]float32, 1<<Bits), Shapes: make([]float32, 1<<Bits), Trees: f.Trees}
	if err := json.Unmarshal(f.Sketches, &m.Sketches); err != nil {
		return nil, fmt.Errorf("the engine's weights are broken: %w", err)
	}
	if err := f.Slots.unpack(m.Slots); err != nil {
		return nil, err
	}
	if err := f.Shapes.unpack(m.Shapes); err != nil {
		return nil, err
	}
	m.Prepare()
	return m, nil
}

// pack keeps weights that matter, as signed bytes of the square root of their size.
func pack(w []float32) table {
	top := float32(0)
	for _, x := range w {
		top = max(top, x, -x)
	}
	t := table{Scale: top}
	last := 0
	for i, x := range w {
		v := int8(math.Round(127 * math.Sqrt(math.Abs(float64(x/top)))))
		if x > -0.01 && x < 0.01 || v == 0 {
			continue
		}
		if x < 0 {
			v = -v
		}
		t.Gaps = binary.AppendUvarint(t.Gaps, uint64(i-last))
		t.Values = append(t.Values, byte(v))
		last = i
	}
	return t
}

func (t *table) unpack(w []float32) error {
	var sizes [256]float32
	for i := range sizes {
		v := float32(int8(i)) / 127
		sizes[i] = v * v * t.Scale
		if v < 0 {
			sizes[i] = -sizes[i]
		}
	}
	gaps, at := t.Gaps, uint64(0)
	for _, b := range t.Values {
		if len(gaps) > 0 && gaps[0] < 0x80 {
			at += uint64(gaps[0])
			gaps = gaps[1:]
		} else {
			gap, n := binary.Uvarint(gaps)
			if n <= 0 {
				return fmt.Errorf("the engine's weights are broken")
			}
			at += gap
			gaps = gaps[n:]
		}
		if at >= uint64(len(w)) {
			return fmt.Errorf("the engine's weights are broken")
		}
		w[at] = sizes[b]
	}
	return nil
}
