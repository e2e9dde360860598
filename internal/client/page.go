package client

import (
	"context"
	"net/url"
	"strconv"
)

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// mostPerPage is how many the server gives at once.
const mostPerPage = 200

// list reads pages until limit items are there; 0 for all.
func list[T any](ctx context.Context, c *Client, path string, query url.Values, limit int) ([]T, error) {
	var all []T
	if query == nil {
		query = url.Values{}
	}
	for {
		size := mostPerPage
		if limit > 0 {
			size = min(size, limit-len(all))
		}
		query.Set("limit", strconv.Itoa(size))
		var p page[T]
		if err := c.do(ctx, call{method: "GET", path: path, query: query, signed: true, again: true}, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Items...)
		if p.Next == "" || len(p.Items) == 0 || (limit > 0 && len(all) >= limit) {
			return all, nil
		}
		query.Set("before", p.Next)
	}
}
