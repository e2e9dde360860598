package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// normal is a cell's value as results are compared by: whole floats equal integers, others are rounded to six places.
func normal(v any) string {
	switch v := v.(type) {
	case nil:
		return "N"
	case int64:
		return "n" + strconv.FormatInt(v, 10)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return "n" + strconv.FormatInt(int64(v), 10)
		}
		return "n" + strconv.FormatFloat(math.Round(v*1e6)/1e6, 'g', -1, 64)
	case string:
		return "t" + v
	case []byte:
		return "t" + string(v)
	case bool:
		if v {
			return "n1"
		}
		return "n0"
	case time.Time:
		return "t" + v.String()
	}
	return fmt.Sprint(v)
}

func ordered(gold string) bool {
	return strings.Contains(strings.Join(strings.Fields(strings.ToLower(gold)), " "), "order by")
}

// sameRows says whether two results are the same, by the measure of execution accuracy: with the columns in any order,
// and with the rows in the same order only where the gold query orders.
func sameRows(g, p [][]string, inOrder bool) bool {
	if len(g) == 0 && len(p) == 0 {
		return true
	}
	if len(g) != len(p) || len(g[0]) != len(p[0]) {
		return false
	}
	n := len(g[0])
	if n > 7 {
		return strict(g, p, nil, inOrder)
	}
	gc, pc := columnKeys(g), columnKeys(p)
	perm := make([]int, n)
	used := make([]bool, n)
	var try func(i int) bool
	try = func(i int) bool {
		if i == n {
			return strict(g, p, perm, inOrder)
		}
		for j := range n {
			if !used[j] && gc[i] == pc[j] {
				used[j], perm[i] = true, j
				if try(i + 1) {
					return true
				}
				used[j] = false
			}
		}
		return false
	}
	return try(0)
}

func columnKeys(rows [][]string) []string {
	out := make([]string, len(rows[0]))
	for j := range out {
		col := make([]string, len(rows))
		for i := range rows {
			col[i] = rows[i][j]
		}
		slices.Sort(col)
		out[j] = strings.Join(col, "\x00")
	}
	return out
}

func strict(g, p [][]string, perm []int, inOrder bool) bool {
	key := func(row []string, perm []int) string {
		if perm == nil {
			return strings.Join(row, "\x00")
		}
		var b strings.Builder
		for i, j := range perm {
			if i > 0 {
				b.WriteByte(0)
			}
			b.WriteString(row[j])
		}
		return b.String()
	}
	gk, pk := make([]string, len(g)), make([]string, len(p))
	for i := range g {
		gk[i], pk[i] = key(g[i], nil), key(p[i], perm)
	}
	if !inOrder {
		slices.Sort(gk)
		slices.Sort(pk)
	}
	return slices.Equal(gk, pk)
}
