package link

import (
	"fmt"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/wire"
)

func FuzzParts(f *testing.F) {
	f.Add("a|b|c|d", 2, 20)
	f.Add("|"+strings.Repeat("x", 300)+"|y|", 1, 310)
	f.Add("", 1, 0)
	f.Fuzz(func(t *testing.T, text string, width, limit int) {
		if width < 1 || width > 50 || limit < 0 {
			return
		}
		b := &custard.Batch{Width: width}
		texts := strings.Split(text, "|")
		for len(texts)%width != 0 {
			texts = append(texts, "")
		}
		for i, s := range texts {
			if s == "" {
				b.AppendNull()
			} else {
				b.AppendString(s)
			}
			if (i+1)%width == 0 {
				b.EndRow()
			}
		}
		want := cells(b)
		var got []string
		for part, err := range parts(b, int64(limit)) {
			if err != nil {
				if custard.AsError(err).Code != custard.CodeLimit {
					t.Fatal(err)
				}
				return
			}
			if len(part.Data) > limit || part.Width != width {
				t.Fatalf("a part of %d bytes and width %d, want at most %d and %d", len(part.Data), part.Width, limit, width)
			}
			if err := wire.CheckBatch(&part); err != nil {
				t.Fatal(err)
			}
			got = append(got, cells(&part)...)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestRowsThatAreLargerThanAFrame(t *testing.T) {
	t.Parallel()
	hub := newScript(t, nil) // takes 1 MiB
	start(t, Options{Endpoint: hub.endpoint, Source: source(t, postgres(t))})
	p := hub.agent()
	// Three rows of some 400 KB are one batch of the connector's, and two frames.
	p.query(1, "SELECT (SELECT string_agg(text, '') FROM numbers WHERE n <= 4000) AS big FROM numbers WHERE n <= 3", 1<<30)
	total, end := 0, false
	for !end {
		r := p.rows()
		total += r.Batch.Rows
		end = r.End
	}
	if total != 3 {
		t.Errorf("%d rows", total)
	}
	p.query(2, "SELECT string_agg(text, '') AS big FROM numbers WHERE n <= 12000", 1<<30)
	if code := p.errorCode(2); code != custard.CodeLimit {
		t.Errorf("a row of 1.2 MB: %s", code)
	}
	p.query(3, "SELECT name FROM people WHERE id = 1", 1)
	if r := p.rows(); !r.End {
		t.Error("the agent does not serve on")
	}
}

func TestWhatDoesNotFitIsCut(t *testing.T) {
	t.Parallel()
	if got := prefix("aéz", 2); got != "a" {
		t.Errorf("cut within a character: %q", got)
	}
	matches := []custard.ValueMatch{{Value: strings.Repeat("x", 50)}, {Value: strings.Repeat("x", 50)}}
	if got := within(matches, 100*escaped); len(got) != 1 {
		t.Errorf("%d matches fit", len(got))
	}
	long := named([]custard.Field{{Name: "a"}, {Name: strings.Repeat("b", 5000)}})
	if len(long[1].Name) != longestName || long[0].Name != "a" {
		t.Error("a long name is not cut")
	}
}
