// Package cassette records the traffic with a provider and replays it, so that question suites run with no key and no
// network. A recording is a file that people can read and review, one for each request:
//
//   - Found by what was asked: the method, the path and the body, the body's keys in order. The host does not count, nor do
//     headers: a key is never looked at, and never written.
//   - The random marks that fence untrusted text in a prompt stand as MARK1, MARK2 …; in a replayed answer they are the
//     running request's own.
//   - The same request asked again (several candidates, a second attempt) has a file of its own, numbered; beyond the last
//     number the last is replayed.
//   - A stream is replayed event by event.
//
// What is about the moment or the key (401, 402, 403, 429, 5xx) is passed on and not recorded, nor is an answer that broke
// off.
package cassette

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// Recorder is an http.RoundTripper that records. It is safe for use by many at once; the same request's numbers are
// in the order in which its answers ended.
type Recorder struct {
	dir   string
	next  http.RoundTripper
	count counter
}

// Record returns a round tripper that passes requests on to next and writes what comes back into dir, which it makes.
func Record(dir string, next http.RoundTripper) (*Recorder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // recordings are committed for everybody, and hold no key
		return nil, custard.Errorf(custard.CodeUsage, "the folder for recordings cannot be made: %w", err)
	}
	return &Recorder{dir: dir, next: next}, nil
}

// RoundTrip implements http.RoundTripper.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	asked, req, err := read(req)
	if err != nil {
		return nil, err
	}
	res, err := r.next.RoundTrip(req)
	if err != nil || passing(res.StatusCode) {
		return res, err
	}
	var secrets []string
	for name, values := range req.Header {
		if !plain(name) {
			for _, v := range values {
				_, bare, _ := strings.Cut(v, " ")
				secrets = append(secrets, v, bare)
			}
		}
	}
	res.Body = &recording{ReadCloser: res.Body, save: func(body []byte) error {
		text := asked.hide(string(body))
		for _, s := range secrets {
			if len(s) > 8 {
				text = strings.ReplaceAll(text, s, "•••")
			}
		}
		return write(asked.file(r.dir, r.count.next(asked.key)), asked.text, res, text)
	}}
	return res, nil
}

// passing says that an answer is about this moment or this key and not about the request.
func passing(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// plain says that a request's header holds no secret.
func plain(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Accept", "Accept-Encoding", "Content-Type", "Content-Length", "User-Agent", "Anthropic-Version":
		return true
	}
	return false
}

// recording is a body that is saved when all of it was read.
type recording struct {
	io.ReadCloser
	read bytes.Buffer
	save func([]byte) error
	done bool
}

func (r *recording) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.read.Write(p[:n])
	if errors.Is(err, io.EOF) && !r.done {
		r.done = true
		if failed := r.save(r.read.Bytes()); failed != nil {
			return n, custard.Errorf(custard.CodeUsage, "the recording cannot be written: %w", failed)
		}
	}
	return n, err
}

// Replayer is an http.RoundTripper that answers from recordings and calls nobody. It is safe for use by many at once.
type Replayer struct {
	dir   string
	count counter
}

// Replay returns a round tripper that answers from the recordings in dir.
func Replay(dir string) *Replayer { return &Replayer{dir: dir} }

// RoundTrip implements http.RoundTripper. A request that was not recorded is a *custard.Error of CodeNotFound that names the
// file.
func (r *Replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	asked, req, err := read(req)
	if err != nil {
		return nil, err
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	n := r.count.next(asked.key)
	path := asked.file(r.dir, n)
	data, err := os.ReadFile(path)
	for ; errors.Is(err, os.ErrNotExist) && n > 1; n-- {
		path = asked.file(r.dir, n-1)
		data, err = os.ReadFile(path)
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil, custard.Errorf(custard.CodeNotFound, "there is no recording of this request: %s", asked.file(r.dir, 1)).
			WithHint("Record it with --record %s, which needs the provider's key; or undo what changed the prompt. The day is part of it: ask with the --now of the recording.", r.dir)
	}
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the recording cannot be read: %w", err)
	}
	res, err := parse(data)
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "%s is no recording: %w", path, err)
	}
	body := asked.show(res.body)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", res.status, http.StatusText(res.status)), StatusCode: res.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: res.header, ContentLength: -1, Request: req, Body: &replay{ctx: req.Context(), events: strings.SplitAfter(body, "\n\n")},
	}, nil
}

// counter numbers the same requests.
type counter struct {
	mu   sync.Mutex
	seen map[string]int
}

func (c *counter) next(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.seen[key]++
	return c.seen[key]
}

// asked is a request as it is looked up.
type asked struct {
	text  string   // method, path and body, normalised
	key   string   // hash of text
	model string   // for the file's name
	marks []string // the random marks in it, in order
}

var fenced = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`</?[a-z]+-([a-z2-7]{12})>`) })

// read normalises a request. It returns the request to go on with, as its body can be read but once.
func read(req *http.Request) (*asked, *http.Request, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, nil, err
		}
		_ = req.Body.Close()
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	a := &asked{}
	var tree any
	text := string(body)
	if dec := json.NewDecoder(bytes.NewReader(body)); len(body) > 0 {
		dec.UseNumber()
		if dec.Decode(&tree) == nil {
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(tree); err == nil {
				text = out.String()
			}
			if object, ok := tree.(map[string]any); ok {
				a.model, _ = object["model"].(string)
			}
		}
	}
	for _, m := range fenced().FindAllStringSubmatch(text, -1) {
		if !slices.Contains(a.marks, m[1]) {
			a.marks = append(a.marks, m[1])
		}
	}
	query := ""
	if v := req.URL.Query().Get("api-version"); v != "" {
		query = "?api-version=" + v
	}
	a.text = req.Method + " " + req.URL.Path + query + "\n" + a.hide(text)
	sum := sha256.Sum256([]byte(a.text))
	a.key = hex.EncodeToString(sum[:8])
	return a, req, nil
}

func mark(i int) string { return fmt.Sprintf("MARK%d", i+1) }

// hide puts names in the place of the random marks; show undoes it with the request's own.
func (a *asked) hide(s string) string {
	for i, m := range a.marks {
		s = strings.ReplaceAll(s, m, mark(i))
	}
	return s
}

func (a *asked) show(s string) string {
	for i, m := range slices.Backward(a.marks) { // MARK10 before MARK1
		s = strings.ReplaceAll(s, mark(i), m)
	}
	return s
}

func (a *asked) file(dir string, n int) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(a.model))
	const longest = 60
	name = strings.Trim(name[:min(len(name), longest)], ".-")
	if name == "" {
		name = "request"
	}
	name += "-" + a.key
	if n > 1 {
		name += fmt.Sprintf("-%d", n)
	}
	return filepath.Join(dir, name+".txt")
}
