package output

import "github.com/custard-ai/custard/internal/custard"

// layout is how wide a table's columns are.
type layout struct {
	widths []int
	hidden int // columns on the right that found no place
}

const (
	narrowest   = 5  // a column that must give way keeps at least that much
	comfortable = 10 // what a column of text keeps as long as others can give
)

// fit lays columns of the given natural widths out on a screen with so many columns for cells, of which overhead are
// lost per column. Columns that hold numbers and dates, where a clipped cell misleads, keep their width as long as
// columns of text can give way; what can be given is taken from the widest.
func fit(natural []int, fields []custard.Field, screen, overhead int) layout {
	n := len(natural)
	available := screen - overhead*n - 1
	if sum(natural) <= available {
		return layout{widths: natural}
	}
	floor := make([]int, n)
	for i, w := range natural {
		floor[i] = min(w, comfortable)
		if t := fields[i].Type; t != custard.TypeText && t != custard.TypeJSON && t != custard.TypeArray && t != custard.TypeBytes {
			floor[i] = min(w, 3*comfortable)
		}
	}
	if sum(floor) > available {
		for i, w := range natural {
			floor[i] = min(w, narrowest)
		}
	}
	kept := n
	for kept > 1 && sum(floor[:kept]) > screen-overhead*kept-1-btoi(kept < n)*(overhead+1) {
		kept--
	}
	available = screen - overhead*kept - 1 - btoi(kept < n)*(overhead+1)
	widths := append([]int(nil), floor[:kept]...)
	for extra := available - sum(widths); extra > 0; {
		wanting := 0
		for i, w := range widths {
			wanting += btoi(w < natural[i])
		}
		if wanting == 0 {
			break
		}
		share := max(1, extra/wanting)
		for i := range widths {
			give := min(share, natural[i]-widths[i], extra)
			widths[i] += give
			extra -= give
		}
	}
	if available < sum(widths) { // one column alone on a screen narrower than it
		widths[0] = max(1, available)
	}
	return layout{widths: widths, hidden: n - kept}
}

func sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
