package cassette

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
)

// The form of a recording: the request for people, then the answer as it came.
const (
	head   = "-- request --\n"
	middle = "\n-- answer --\n"
)

// kept are the headers of an answer that mean something when it is replayed. Others tell who asked, or when.
var kept = [...]string{"Content-Type", "Retry-After"}

func write(path, asked string, res *http.Response, body string) error {
	var b strings.Builder
	b.WriteString(head + strings.TrimRight(asked, "\n") + "\n" + middle)
	fmt.Fprintf(&b, "%d\n", res.StatusCode)
	for _, name := range kept {
		if v := res.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	b.WriteString("\n" + body)
	f, err := os.CreateTemp(filepath.Dir(path), ".recording-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

type answer struct {
	status int
	header http.Header
	body   string
}

// parse reads a recording. What the request's part says is for people: the file's name says which request it is of.
func parse(data []byte) (*answer, error) {
	text, ok := strings.CutPrefix(string(data), head)
	_, text, found := strings.Cut(text, middle)
	if !ok || !found {
		return nil, errors.New("it does not begin as one")
	}
	status, text, _ := strings.Cut(text, "\n")
	a := &answer{}
	if n, err := fmt.Sscanf(strings.TrimSpace(status), "%d", &a.status); n != 1 || err != nil || a.status < 200 || a.status > 599 {
		return nil, fmt.Errorf("%q is no status", status)
	}
	in := bufio.NewReader(strings.NewReader(text))
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	a.header = http.Header(header)
	body, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	a.body = string(body)
	return a, nil
}

// replay is a body that gives one event a read.
type replay struct {
	ctx    context.Context //nolint:containedctx // the request's, as a transport's body has
	events []string
	closed bool
}

func (r *replay) Read(p []byte) (int, error) {
	for len(r.events) > 0 && r.events[0] == "" {
		r.events = r.events[1:]
	}
	switch {
	case r.closed:
		return 0, http.ErrBodyReadAfterClose
	case r.ctx.Err() != nil:
		return 0, r.ctx.Err()
	case len(r.events) == 0:
		return 0, io.EOF
	}
	n := copy(p, r.events[0])
	r.events[0] = r.events[0][n:]
	return n, nil
}

func (r *replay) Close() error {
	r.closed = true
	return nil
}
