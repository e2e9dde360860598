package output

import "github.com/custard-ai/custard/internal/custard"

// layout is how wide a table's columns are.
type layout struct {
	widths []int
	hidden int // columns on the right that found no place
}

const (
	narrowest   = 6  // a column of text that must give way keeps at least that much
	comfortable = 10 // what a column of text keeps as long as others can give
)

// fit lays columns of the given natural widths out on a screen with so many columns for cells, of which overhead are
// lost per column. Columns that hold numbers and dates, where a clipped cell misleads, keep their width as long as
// columns of text can give way, and the last columns are left out before all become too narrow to read.
func fit(natural []int, fields []custard.Field, screen, overhead int) layout {
	n := len(natural)
	available := screen - overhead*n - 1
	if sum(natural) <= available {
		return layout{widths: natural}
	}
	floor := floors(natural, fields, comfortable)
	if sum(floor) > available {
		if tight := floors(natural, fields, narrowest); sum(tight) <= available {
			floor = tight
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

// floors returns what each column keeps where columns of text give way down to so much.
func floors(natural []int, fields []custard.Field, text int) []int {
	floor := make([]int, len(natural))
	for i, w := range natural {
		switch fields[i].Type {
		case custard.TypeText, custard.TypeJSON, custard.TypeArray, custard.TypeBytes:
			floor[i] = min(w, text)
		default:
			floor[i] = min(w, 3*comfortable)
		}
	}
	return floor
}

func sum(values []int) int {
	total := 0
	for _, v := range values {
		total += v
	}
	return total
}
