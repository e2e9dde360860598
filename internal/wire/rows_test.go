package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/custard-ai/custard/internal/custard"
)

// randomBatch makes a batch whose cells are NULL, empty, short and longer than one byte of length tells.
func randomBatch(r *rand.Rand, width, rows int) custard.Batch {
	var b custard.Batch
	b.Reset(width)
	for range rows {
		for range width {
			switch r.IntN(5) {
			case 0:
				b.AppendNull()
			case 1:
				b.AppendString("")
			case 2:
				b.AppendString(strings.Repeat("ä", r.IntN(300)))
			default:
				b.AppendString("cell")
			}
		}
		b.EndRow()
	}
	return b
}

func fieldsOf(width int) []custard.Field {
	fields := make([]custard.Field, width)
	for i := range fields {
		fields[i] = custard.Field{Name: strings.Repeat("n", i+1), Type: custard.TypeInt}
	}
	fields[0] = custard.Field{Name: "tags", Type: custard.TypeArray, Elem: custard.TypeText}
	return fields
}

func TestRowsComeBackAsTheyWereSent(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		width := 1 + r.IntN(6)
		want := Rows{ID: r.Uint64N(1<<40) + 1, End: r.IntN(2) == 0}
		want.Truncated = want.End && r.IntN(2) == 0
		if want.HasFields = r.IntN(2) == 0; want.HasFields {
			want.Fields = fieldsOf(width)
		}
		if rows := r.IntN(400); rows > 0 {
			want.Batch = randomBatch(r, width, rows)
		}
		appendFrame := AppendRows
		if n%2 == 0 {
			appendFrame = AppendCompressed
		}
		frame := appendFrame([]byte("before"), &want)
		b, err := ParseBinary(frame[len("before"):])
		if err != nil {
			t.Fatal(err)
		}
		if b.HasRows() != (want.Batch.Rows > 0) {
			t.Error("HasRows is wrong")
		}
		got, err := b.Open(1 << 20)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); diff != "" {
			t.Fatal(diff)
		}
		b.Release()
	}
}

func TestASmallResultIsOneSmallFrame(t *testing.T) {
	t.Parallel()
	var b custard.Batch
	b.Reset(1)
	b.AppendString("1")
	b.EndRow()
	frame := AppendRows(nil, &Rows{ID: 7, HasFields: true, Fields: []custard.Field{{Name: "n", Type: custard.TypeInt}}, Batch: b, End: true})
	if len(frame) > 20 {
		t.Errorf("%d bytes: %q", len(frame), frame)
	}
}

func TestBrokenFramesAreRefused(t *testing.T) {
	t.Parallel()
	good := AppendRows(nil, &Rows{ID: 1, HasFields: true, Fields: fieldsOf(2), Batch: randomBatch(rand.New(rand.NewPCG(3, 4)), 2, 3), End: true})
	open := func(frame []byte) error {
		b, err := ParseBinary(frame)
		if err != nil {
			return err
		}
		_, err = b.Open(1 << 20)
		return err
	}
	if err := open(good); err != nil {
		t.Fatal("the frame that the others are made of:", err)
	}
	bad := map[string][]byte{
		"empty":         {},
		"flags alone":   {hasEnd},
		"unknown flag":  append([]byte{0x80 | good[0]}, good[1:]...),
		"no id":         {hasEnd, 0, 0},
		"too many":      append(bytes.Clone(good), 0),
		"too few":       good[:len(good)-1],
		"no rows":       {hasRows, 1, 1, 0},
		"width 0":       {hasRows, 1, 0, 1, 0},
		"huge width":    binary.AppendUvarint([]byte{hasRows, 1}, 1<<62),
		"many rows":     append(binary.AppendUvarint([]byte{hasRows, 1, 1}, 1<<40), 0),
		"rows overflow": append(binary.AppendUvarint([]byte{hasRows, 1, 4}, 1<<62), 0, 0, 0, 0),
		"long cell":     {hasRows, 1, 1, 1, 9, 'x'},
		"huge cell":     append([]byte{hasRows, 1, 1, 1}, bytes.Repeat([]byte{0xff}, 12)...),
		"null in two":   {hasRows, 1, 1, 1, 0x80, 0},
		"many fields":   binary.AppendUvarint([]byte{hasFields, 1}, 1<<50),
		"long name":     {hasFields, 1, 1, 200, 1, 'x', 0, 0},
		"no zstd":       {hasEnd | isZstd, 1, 1, 'n', 'o'},
	}
	for name, frame := range bad {
		if err := open(frame); err == nil {
			t.Errorf("%s: taken", name)
		} else if custard.AsError(err).Code != custard.CodeUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABombIsNotBlownUp(t *testing.T) {
	const limit = 1 << 20
	bomb := zstdEncoder().EncodeAll(make([]byte, 64<<20), nil)
	for _, declared := range []uint64{0, 100, limit, limit + 1, 64 << 20, 1 << 63} {
		frame := append(binary.AppendUvarint([]byte{hasRows | isZstd, 1}, declared), bomb...)
		b, err := ParseBinary(frame)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := b.Open(limit); err == nil {
			t.Errorf("a bomb that says %d was taken", declared)
		}
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 24<<20 { // the decoder's window of 8 MiB, once for each of its two
			t.Errorf("a bomb that says %d cost %d bytes", declared, spent)
		}
	}
}

func TestNamesAreCutAndTypesKnown(t *testing.T) {
	t.Parallel()
	frame := AppendRows(nil, &Rows{ID: 1, HasFields: true, Fields: []custard.Field{
		{Name: strings.Repeat("€", 3000), Type: "vector"}, {Name: "a", Type: custard.TypeArray, Elem: "point"},
	}})
	b, err := ParseBinary(frame)
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Open(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Fields[0].Name); n != 4095 {
		t.Error("name of", n, "bytes")
	}
	if r.Fields[0].Type != custard.TypeText || r.Fields[1].Elem != custard.TypeText {
		t.Error("a type that we do not know is not text:", r.Fields[0].Type, r.Fields[1].Elem)
	}
}

func FuzzBinary(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 8 {
		rows := &Rows{ID: uint64(n) + 1, HasFields: n%2 == 0, Fields: fieldsOf(2), Batch: randomBatch(r, 2, n*20), End: n%3 == 0}
		f.Add(AppendRows(nil, rows))
		f.Add(AppendCompressed(nil, rows))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		b, err := ParseBinary(frame)
		if err != nil {
			return
		}
		defer b.Release()
		rows, err := b.Open(1 << 20)
		if err != nil {
			return
		}
		reader, cells := rows.Batch.Reader(), 0
		for {
			if _, _, ok := reader.Next(); !ok {
				break
			}
			cells++
		}
		if cells != rows.Batch.Width*rows.Batch.Rows || reader.Err() != nil {
			t.Fatalf("%d cells of %d × %d, %v", cells, rows.Batch.Width, rows.Batch.Rows, reader.Err())
		}
	})
}
