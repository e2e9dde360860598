package natsbus

import (
	"bytes"
	"testing"
)

func FuzzParts(f *testing.F) {
	f.Add([]byte{3, 'r' | more, 1, 'x', 3, 'r', 2, 'y'})
	f.Add([]byte{2, 'b', 1, 3, 'm', 2, '{'})
	f.Add([]byte{3, 'r' | more, 1, 'x', 3, 'm', 2, 'y'})
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 64
		var p parts
		for len(data) > 0 {
			n := min(int(data[0]), len(data)-1)
			_, payload, whole, ok := p.add(data[1:1+n], limit)
			if !ok {
				return
			}
			if whole && len(payload) > limit || len(p.data) > limit {
				t.Fatalf("%d and %d bytes past a limit of %d", len(payload), len(p.data), limit)
			}
			data = data[1+n:]
		}
	})
}

func TestAStreamMissesWhatIsLost(t *testing.T) {
	t.Parallel()
	var p parts
	for _, m := range [][]byte{{'r' | more, 1, 'a'}, {'r' | more, 2, 'b'}} {
		if _, _, whole, ok := p.add(m, 100); whole || !ok {
			t.Fatal(whole, ok)
		}
	}
	if kind, payload, whole, ok := p.add([]byte{'r', 3, 'c'}, 100); !whole || !ok || kind != isRows || !bytes.Equal(payload, []byte("abc")) {
		t.Errorf("%c %s %v %v", kind, payload, whole, ok)
	}
	for name, m := range map[string][]byte{"lost": {'r', 5, 'x'}, "twice": {'r', 3, 'x'}, "empty": {}, "no number": {'r'}} {
		q := p
		if _, _, _, ok := q.add(m, 100); ok {
			t.Errorf("%s: taken", name)
		}
	}
}
