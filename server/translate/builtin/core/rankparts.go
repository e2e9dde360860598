package core

import (
	"math"
	"strconv"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// partKinds is how many parts of a candidate are compared.
const partKinds = 6

// partKeys are texts of a candidate's parts: what is selected, conditions, groups, order, tables, and the sketch.
func partKeys(c *Candidate) [partKinds]string {
	q := c.Query
	var tables strings.Builder
	for _, t := range q.Tables() {
		tables.WriteString(strconv.Itoa(t.ID) + " ")
	}
	return [partKinds]string{
		(&ir.Query{Select: q.Select, Distinct: q.Distinct}).Key(),
		(&ir.Query{Where: q.Where}).Key(),
		(&ir.Query{Group: q.Group, Having: q.Having}).Key(),
		(&ir.Query{Order: q.Order, Limit: q.Limit}).Key(),
		tables.String(),
		strconv.Itoa(c.order),
	}
}

// compareAll adds to each candidate's features how probable its parts are among all candidates, and how its features from
// first to end stand beside the least and the greatest of them.
func compareAll(list []*Candidate, first, end int) {
	if len(list) == 0 {
		return
	}
	scores := make([]float64, len(list))
	for i, c := range list {
		scores[i] = c.Score
	}
	logSoftmax(scores)
	keys := make([][partKinds]string, len(list))
	sums := map[partKey]float64{}
	var most [partKinds]float64
	for i, c := range list {
		scores[i] = math.Exp(scores[i])
		keys[i] = partKeys(c)
		for k, key := range keys[i] {
			at := partKey{k, key}
			sums[at] += scores[i]
			most[k] = max(most[k], sums[at])
		}
	}
	low := append([]float32(nil), list[0].Feats[first:end]...)
	high := append([]float32(nil), low...)
	for _, c := range list {
		for j, v := range c.Feats[first:end] {
			low[j], high[j] = min(low[j], v), max(high[j], v)
		}
	}
	for i, c := range list {
		c.Feats = append(c.Feats, float32(scores[i]))
		for k, key := range keys[i] {
			p := sums[partKey{k, key}]
			c.Feats = append(c.Feats, float32(p), float32(p/most[k]))
		}
		for j, v := range c.Feats[first:end] {
			c.Feats = append(c.Feats, v-low[j], high[j]-v)
		}
	}
}

type partKey struct {
	kind int
	text string
}
