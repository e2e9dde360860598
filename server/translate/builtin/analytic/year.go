package analytic

// bareYear says whether a number is a year that nothing marks as one: 'revenue 2017', '2017 orders'. 2000 is more often a
// number of things.
func (r *reader) bareYear(i int) bool {
	y, ok := yearOf(r.word(i))
	if !ok || y < 1990 || y%1000 == 0 || y > r.now.Year()+1 || r.valueLength(i) > 0 || isOneOf(r.word(i-1), "than", "over", "above", "under", "below", "least", "most", "to", "and", "id", "number", "no", "nr") {
		return false
	}
	if i == 0 {
		return true
	}
	if len(r.chunks) == 0 {
		return false
	}
	k := r.chunks[len(r.chunks)-1].kind
	return k == kMoney || k == kTable || k == kGrain
}
