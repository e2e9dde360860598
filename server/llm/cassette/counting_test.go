package cassette_test

import (
	"io"
	"net/http"
)

// counting counts the reads of the bodies that come through.
type counting struct {
	next  http.RoundTripper
	reads *int
}

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(r)
	if err == nil {
		res.Body = countingBody{res.Body, c.reads}
	}
	return res, err
}

type countingBody struct {
	io.ReadCloser
	reads *int
}

func (c countingBody) Read(p []byte) (int, error) {
	*c.reads++
	return c.ReadCloser.Read(p)
}
