package sse_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/custard-ai/custard/server/llm/sse"
)

// events reads all of a stream as name=data.
func events(r io.Reader) ([]string, error) {
	in := sse.NewReader(r)
	var out []string
	for {
		e, err := in.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, e.Name+"="+string(e.Data))
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"plain", "data: a\n\ndata: b\n\n", []string{"=a", "=b"}},
		{"named", "event: ping\ndata: {}\n\n", []string{"ping={}"}},
		{"a name does not outlive its event", "event: x\n\ndata: a\n\n", []string{"=a"}},
		{"several lines of data", "data: a\ndata:\ndata: b\n\n", []string{"=a\n\nb"}},
		{"no blank after the colon, and one of two taken", "data:a\n\ndata:  b\n\n", []string{"=a", "= b"}},
		{"CRLF", "event: e\r\ndata: a\r\n\r\ndata: b\r\n\r\n", []string{"e=a", "=b"}},
		{"CR", "data: a\r\rdata: b\r\r", []string{"=a", "=b"}},
		{"mixed ends", "data: a\r\n\ndata: b\n\r\n", []string{"=a", "=b"}},
		{"comments, ids and unknown fields", ": keep-alive\n\n: OPENROUTER PROCESSING\n\nid: 7\nretry: 10\ndata: a\nfoo: b\n\n", []string{"=a"}},
		{"byte order mark", "\xEF\xBB\xBFdata: a\n\n", []string{"=a"}},
		{"a field without a colon", "data\n\n", []string{"="}},
		{"half an event at the end", "data: a\n\ndata: b\n", []string{"=a"}},
		{"half a line at the end", "data: a\n\ndata: b", []string{"=a"}},
		{"many bytes to a character", "data: grün — 金額 🍮\n\n", []string{"=grün — 金額 🍮"}},
		{"empty", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
				"with the end": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				got, err := events(r)
				if err != nil || !slices.Equal(got, c.want) {
					t.Errorf("%s: got %q, %v; want %q", how, got, err, c.want)
				}
			}
		})
	}
}

// An event ends at its blank line's CR: a reader that waited for the LF behind it would hold the last event back until the
// next, which may be a long time coming.
func TestReaderHandsOutAnEventAtOnce(t *testing.T) {
	t.Parallel()
	pr, pw := io.Pipe()
	defer pr.Close()
	go func() { _, _ = io.WriteString(pw, "data: a\r\r") }()
	e, err := sse.NewReader(pr).Next()
	if err != nil || string(e.Data) != "a" {
		t.Fatalf("got %q, %v", e.Data, err)
	}
}

func TestReaderIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, in := range map[string]string{
		"one line":    "data: " + strings.Repeat(long, 5) + "\n\n",
		"one comment": ":" + strings.Repeat(long, 5) + "\n\ndata: a\n\n",
		"many lines":  strings.Repeat("data: "+long+"\n", 5) + "\n",
	} {
		if _, err := events(strings.NewReader(in)); !errors.Is(err, sse.ErrTooLong) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReaderReportsTheStreamsError(t *testing.T) {
	t.Parallel()
	cut := errors.New("cut")
	got, err := events(io.MultiReader(strings.NewReader("data: a\n\ndata: b"), iotest.ErrReader(cut)))
	if !errors.Is(err, cut) || !slices.Equal(got, []string{"=a"}) {
		t.Fatalf("got %q, %v", got, err)
	}
}

// FuzzReader holds that how a stream is cut into reads does not matter, and that no data has a line's end but \n.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"data: a\r\n\r\n", "event: x\ndata: {\"a\":1}\n\n: c\n\n", "\xEF\xBB\xBFdata\r\rdata:\n\r", "\xEFdata: a\n\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		want, err := events(bytes.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		got, err := events(iotest.OneByteReader(bytes.NewReader(in)))
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("byte by byte %q, %v; at once %q", got, err, want)
		}
		for _, e := range want {
			if strings.Contains(e, "\r") {
				t.Fatalf("a CR within %q", e)
			}
		}
	})
}
