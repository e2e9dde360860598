package httpapi

import (
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	defaultPage = 50
	maxPage     = 200
)

// list is a page of a list.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next" doc:"The value of before for the next page; empty on the last."`
}

// page returns what a list's parameters ask for.
func (c *call) page() (before string, limit int, err error) {
	q := c.r.URL.Query()
	limit = defaultPage
	if text := q.Get("limit"); text != "" {
		limit, err = strconv.Atoi(text)
		if err != nil || limit < 1 || limit > maxPage {
			return "", 0, custard.Errorf(custard.CodeUsage, "limit is %q", text).WithHint("It must be a number from 1 to %d.", maxPage)
		}
	}
	before = q.Get("before")
	if len(before) > 200 {
		return "", 0, custard.Errorf(custard.CodeUsage, "before is no id").WithHint("Take the next of the page before.")
	}
	return before, limit, nil
}

// pageOf makes a page of what a store gave for limit+1: one more than asked for says that there is more. id names an
// item for the next page to go on from.
func pageOf[T any](items []T, limit int, id func(T) string) list[T] {
	p := list[T]{Items: items}
	if p.Items == nil {
		p.Items = []T{}
	}
	if len(items) > limit {
		p.Items = items[:limit]
		p.Next = id(p.Items[limit-1])
	}
	return p
}
