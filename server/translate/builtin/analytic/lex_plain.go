package analytic

import (
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// ranks reads 'top 5', 'the 3 best', 'the most', 'best-selling', 'most expensive', 'oldest', 'in each'.
func (r *reader) ranks(i int) int {
	if isOneOf(r.word(i), "most", "least") && r.word(i+2) == "first" || r.word(i+1) == "first" && r.word(i) != "the" {
		if _, superlative, _, ok := index.Adjective(r.word(i)); ok && superlative || r.word(i+2) == "first" {
			return 0
		}
	}
	if n := r.eat(i, "best selling", "top selling", "best sellers", "best seller", "bestselling", "bestsellers", "bestseller", "most sold", "most popular selling", "most purchased", "most bought", "most ordered", "best sold"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: 1, base: "sold"})
	}
	if n := r.eat(i, "worst selling", "least selling", "slowest selling", "least sold", "least popular", "lowest selling", "least purchased", "least ordered"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: -1, base: "sold"})
	}
	if n := r.eat(i, "sold best", "sell best", "sells best", "sold the most", "sells the most", "sell the most", "sold most", "selling the most", "sold the best"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: 1, base: "sold"})
	}
	if n := r.eat(i, "sold worst", "sells worst", "sold the least", "sell worst", "sold least"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: -1, base: "sold"})
	}
	if n := r.eat(i, "most popular", "most valuable", "most important", "busiest", "most active", "most loyal", "most frequent"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: 1, base: strings.TrimPrefix(r.text(i, n), "most ")})
	}
	if n := r.eat(i, "slowest", "quietest", "least busy", "least active", "weakest"); n > 0 && !r.adjectiveColumn(r.word(i)) {
		return r.counted(i, n, chunk{kind: kRank, dir: -1, base: "active"})
	}
	if n := r.eat(i, "highest paid", "best paid", "highest earning", "top earning", "top paid", "most highly paid"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: 1, base: "paid"})
	}
	if n := r.eat(i, "lowest paid", "worst paid", "least paid"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: -1, base: "paid"})
	}
	if n := r.eat(i, "best performing", "strongest", "most successful", "best"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: 1, base: "best"})
	}
	if n := r.eat(i, "worst performing", "least successful", "worst"); n > 0 {
		return r.counted(i, n, chunk{kind: kRank, dir: -1, base: "worst"})
	}
	switch w := r.word(i); w {
	case "top", "highest", "most", "biggest", "largest", "greatest":
		if w == "most" {
			if base, _, _, ok := index.Adjective(r.word(i + 1)); ok {
				return r.counted(i, 2, chunk{kind: kRank, dir: 1, base: base})
			}
			if r.word(i+1) == "recent" || r.word(i+1) == "recently" {
				return r.counted(i, 2, chunk{kind: kRank, dir: 1, base: "late"})
			}
		}
		return r.counted(i, 1, chunk{kind: kRank, dir: 1, base: map[string]string{"biggest": "large", "largest": "large", "greatest": "large", "highest": "high"}[w]})
	case "bottom", "lowest", "fewest", "least", "smallest":
		if w == "least" {
			if base, _, _, ok := index.Adjective(r.word(i + 1)); ok {
				return r.counted(i, 2, chunk{kind: kRank, dir: -1, base: base})
			}
		}
		return r.counted(i, 1, chunk{kind: kRank, dir: -1, base: map[string]string{"smallest": "large", "lowest": "high"}[w]})
	case "latest", "newest":
		return r.counted(i, 1, chunk{kind: kRank, dir: 1, base: "late"})
	case "earliest":
		return r.counted(i, 1, chunk{kind: kRank, dir: -1, base: "late"})
	case "last", "first":
		if c := (chunk{kind: kRank, dir: 1 - 2*boolInt(w == "first"), base: "late"}); r.isThing(i + 1) {
			return r.counted(i, 1, c)
		} else if _, n := r.amount(i + 1); n > 0 && r.isThing(i+1+n) {
			return r.counted(i, 1, c)
		}
		return 0
	}
	if base, superlative, _, ok := index.Adjective(r.word(i)); ok && superlative {
		return r.counted(i, 1, chunk{kind: kRank, dir: 1, base: base})
	}
	return 0
}

// adjectiveColumn says whether the schema has an attribute that the superlative speaks of.
func (r *reader) adjectiveColumn(word string) bool {
	base, _, _, ok := index.Adjective(word)
	if !ok {
		return false
	}
	for _, c := range r.v.ix.Columns {
		if index.AttributeDirection(base, c.Stems) != 0 {
			return true
		}
	}
	return false
}

// isThing says whether a table is named at word i.
func (r *reader) isThing(i int) bool {
	if i >= len(r.toks) {
		return false
	}
	targets, n := r.nounAt(i)
	return n > 0 && targets[0].column == nil
}

// counted adds a ranking with the number that stands beside it: 'top 5', '5 largest'.
func (r *reader) counted(i, n int, c chunk) int {
	if r.word(i+n) == "first" && c.base != "late" && i > 0 {
		c.op = "all"
		return r.add(i, n+1, c)
	}
	if v, k := r.amount(i + n); k > 0 && unit(r.word(i+n+k)) == "" && r.word(i+n+k) != "percent" && !r.isYear(i+n) {
		c.num = v
		return r.add(i, n+k, c)
	}
	if last := len(r.chunks) - 1; last >= 0 && r.chunks[last].kind == kNumber {
		c.num = r.chunks[last].num
		r.chunks[last].kind = kFill
		r.chunks[last].used = true
	}
	return r.add(i, n, c)
}

func (r *reader) isYear(i int) bool {
	_, ok := yearOf(r.word(i))
	return ok
}

// compares reads 'more than 5', 'over 500', 'at least 3', 'above average', 'between 10 and 20'.
func (r *reader) compares(i int) int {
	if n := r.eat(i, "above average", "above the average", "higher than average", "more than average", "more than the average", "higher than the average", "above the mean", "greater than the average", "greater than average", "larger than average", "larger than the average",
		"better than average", "over the average", "longer than average", "longer than the average", "above avg", "than the average"); n > 0 {
		return r.add(i, n, chunk{kind: kMean, op: ">"})
	}
	if n := r.eat(i, "below average", "below the average", "less than average", "less than the average", "lower than average", "lower than the average", "under the average", "below the mean", "fewer than average", "cheaper than average", "cheaper than the average", "shorter than average", "shorter than the average", "smaller than the average"); n > 0 {
		return r.add(i, n, chunk{kind: kMean, op: "<"})
	}
	for _, s := range []struct {
		op      string
		phrases []string
	}{
		{">=", []string{"at least", "no less than", "not less than", "no fewer than", "a minimum of", "minimum of"}},
		{"<=", []string{"at most", "no more than", "not more than", "up to", "a maximum of", "maximum of"}},
		{">", []string{"more than", "greater than", "larger than", "higher than", "bigger than", "longer than", "older than", "over", "above", "exceeding", "exceeds", "exceed", "in excess of", "heavier than", "worth more than", "better than"}},
		{"<", []string{"less than", "fewer than", "smaller than", "lower than", "under", "below", "shorter than", "younger than", "cheaper than", "worse than", "lighter than"}},
		{"=", []string{"exactly", "equal to", "of exactly"}},
		{">", []string{"costing more than", "costs more than", "priced over", "priced above"}},
	} {
		if n := r.eat(i, s.phrases...); n > 0 {
			k := n + r.eat(i+n, "a", "an")
			if v, m := r.amount(i + k); m > 0 {
				m += r.eat(i+k+m, "euros", "euro", "dollars", "eur", "usd", "percent", "stars")
				return r.add(i, k+m, chunk{kind: kCmp, op: s.op, num: v, base: r.word(i)})
			}
			if r.word(i+n) == "once" {
				return r.add(i, n+1, chunk{kind: kCmp, op: s.op, num: 1})
			}
		}
	}
	if r.word(i) == "between" || r.word(i) == "from" {
		if lo, n := r.amount(i + 1); n > 0 && isOneOf(r.word(i+1+n), "and", "to") {
			if hi, m := r.amount(i + 2 + n); m > 0 {
				return r.add(i, 2+n+m, chunk{kind: kCmp, op: "between", num: lo, dir: int(hi), base: r.text(i+2+n, m)})
			}
		}
	}
	if v, n := r.amount(i); n > 0 {
		if m := r.eat(i+n, "or more", "and more", "or over", "or above"); m > 0 {
			return r.add(i, n+m, chunk{kind: kCmp, op: ">=", num: v})
		}
		if m := r.eat(i+n, "or less", "or fewer", "or under", "or below"); m > 0 {
			return r.add(i, n+m, chunk{kind: kCmp, op: "<=", num: v})
		}
		if w := r.word(i); w == "once" || w == "twice" {
			return r.add(i, n, chunk{kind: kCmp, op: "=", num: v})
		}
		return r.add(i, n, chunk{kind: kNumber, num: v})
	}
	return 0
}

// links reads the little words that say what a thing does in the question, and aggregates.
func (r *reader) links(i int) int {
	if base, superlative, _, ok := index.Adjective(r.word(i + boolInt(isOneOf(r.word(i), "most", "least")))); ok && (superlative || r.word(i) == "most" || r.word(i) == "least") {
		k := i + 1 + boolInt(isOneOf(r.word(i), "most", "least"))
		if r.word(k) == "first" { // 'most expensive first'
			return r.add(i, k+1-i, chunk{kind: kSort, dir: 1 - 2*boolInt(r.word(i) == "least"), base: base})
		}
	}
	for _, s := range []struct {
		chunk   chunk
		phrases []string
	}{
		{chunk{kind: kCount}, []string{"how many different", "how many distinct", "how many unique", "how many", "the total number of", "total number of", "the number of", "number of", "count of", "count the number of", "count", "amount of", "nr of", "no of"}},
		{chunk{kind: kAgg, op: "median"}, []string{"median of", "median"}},
		{chunk{kind: kAgg, op: "avg"}, []string{"on average", "average number of", "the average", "average", "averages", "mean", "avg", "typical"}},
		{chunk{kind: kAgg, op: "sum"}, []string{"total amount of", "sum of", "the sum of", "total of", "in total", "overall", "total", "totals", "sum", "combined", "altogether", "gross"}},
		{chunk{kind: kAgg, op: "min"}, []string{"minimum", "min"}},
		{chunk{kind: kAgg, op: "max"}, []string{"maximum", "max"}},
		{chunk{kind: kEachRow}, []string{"in each", "within each", "for each", "in every", "for every", "of each", "from each", "per each"}},
		{chunk{kind: kPer}, []string{"per", "each", "every"}},
		{chunk{kind: kSort, dir: 1}, []string{"in descending order", "in an descending order", "in a descending order", "in decreasing order", "descending order", "in reverse order", "descending", "desc", "from highest to lowest", "highest first", "largest first", "biggest first", "from high to low", "newest first", "latest first", "most first", "from largest to smallest"}},
		{chunk{kind: kSort, dir: -1}, []string{"in ascending order", "in an ascending order", "in increasing order", "ascending order", "alphabetical order", "in alphabetic order", "in lexicographical order", "ascending", "from lowest to highest", "lowest first", "smallest first", "from low to high", "oldest first", "alphabetically", "in alphabetical order", "chronologically", "in chronological order"}},
		{chunk{kind: kSort}, []string{"sorted by", "ordered by", "order by", "sort by", "ranked by", "arranged by", "in order of"}},
		{chunk{kind: kBy}, []string{"grouped by", "broken down by", "split by", "breakdown by", "by the", "by", "for different", "across", "depending on", "according to"}},
		{chunk{kind: kNot}, []string{"have never been", "has never been", "were never", "was never", "have not yet been", "has not yet been", "have not been", "has not been", "have not yet", "are not yet", "not yet", "have never", "has never", "never", "did not", "do not have", "does not have", "do not", "does not",
			"have not", "has not", "are not", "were not", "is not", "was not", "without any", "without a", "without an", "without", "with no", "have no", "has no", "having no", "had no", "not a single", "not", "no", "lacking", "lack", "which lack", "nobody", "no one", "noone", "none of", "havent", "didnt", "dont", "isnt", "arent", "hasnt", "wasnt", "werent"}},
		{chunk{kind: kWith}, []string{"that have", "who have", "which have", "that has", "who has", "which has", "having", "have", "has", "had", "with", "whose", "where", "when", "who", "that", "which were", "which are", "including", "which"}},
		{chunk{kind: kVersus}, []string{"versus", "vs", "against"}},
		{chunk{kind: kOr}, []string{"either", "or"}},
		{chunk{kind: kAnd}, []string{"as well as", "and also", "both", "and", "plus", "together with", "along with"}},
		{chunk{kind: kThan}, []string{"than"}},
		{chunk{kind: kMore}, []string{"more"}},
		{chunk{kind: kStock}, []string{"out of stock", "sold out", "not in stock", "no longer in stock"}},
		{chunk{kind: kTimes}, []string{"times", "time"}},
		{chunk{kind: kNew}, []string{"brand new", "new", "newly"}},
		{chunk{kind: kOf}, []string{"of the", "of our", "of all", "of", "in the", "in our", "in", "from the", "from", "at the", "at", "for the", "for all", "for", "on the", "on", "to the", "to", "belonging to", "made by", "via", "through", "using", "within", "into", "about", "called", "named", "located in", "based in"}},
	} {
		if n := r.eat(i, s.phrases...); n > 0 {
			if i == 0 && (r.word(0) == "which" || r.word(0) == "who" || r.word(0) == "where" || r.word(0) == "when") {
				return r.add(i, n, chunk{kind: kAsk, op: r.word(0)})
			}
			if s.chunk.kind == kTimes && !r.afterNumber() {
				continue
			}
			c := s.chunk
			if strings.HasPrefix(r.word(i+n-1), "dist") || strings.HasPrefix(r.word(i+n-1), "diff") || r.word(i+n-1) == "unique" {
				c.op = "distinct"
			}
			if c.kind == kAgg && c.op == "avg" && n == 3 {
				r.add(i, 0, c)
				return r.add(i, n, chunk{kind: kCount})
			}
			if c.kind == kOf {
				c.op = r.word(i)
			}
			return r.add(i, n, c)
		}
	}
	return r.grains(i)
}

// afterNumber says whether the last chunk ends in a number.
func (r *reader) afterNumber() bool {
	if len(r.chunks) == 0 {
		return false
	}
	k := r.chunks[len(r.chunks)-1].kind
	return k == kNumber || k == kCmp
}

// grains reads the words for steps of time, percentiles among them because they hold a number.
func (r *reader) grains(i int) int {
	if n := r.eat(i, "day of the week", "day of week", "weekday", "days of the week", "weekdays"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "weekday"})
	}
	if n := r.eat(i, "hour of the day", "hour of day", "time of day", "time of the day", "hours of the day", "hour", "hours", "hourly"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "hour"})
	}
	if n := r.eat(i, "month of the year", "calendar month"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "monthofyear"})
	}
	if n := r.eat(i, "over time", "over the months", "month by month", "from month to month", "by months"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "month"})
	}
	if n := r.eat(i, "over the years", "through the years", "year by year", "across years", "annually"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "year"})
	}
	if n := r.eat(i, "day by day"); n > 0 {
		return r.add(i, n, chunk{kind: kGrain, op: "day"})
	}
	switch w := r.word(i); w {
	case "daily", "weekly", "monthly", "quarterly", "yearly", "annual", "annually":
		u := map[string]string{"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "annually": "year"}[w]
		return r.add(i, 1, chunk{kind: kGrain, op: u, base: "ly"})
	default:
		if u := unit(w); u != "" {
			return r.add(i, 1, chunk{kind: kGrain, op: u})
		}
	}
	w := r.word(i)
	if cut := strings.TrimRight(w, "thsndr"); cut != w && atoi(cut) > 0 && r.eat(i+1, "percentile") > 0 {
		n := 2 + r.eat(i+2, "of")
		return r.add(i, n, chunk{kind: kAgg, op: "percentile", num: float64(atoi(cut))})
	}
	if len(w) > 1 && w[0] == 'p' && atoi(w[1:]) >= 50 && atoi(w[1:]) < 100 {
		return r.add(i, 1, chunk{kind: kAgg, op: "percentile", num: float64(atoi(w[1:]))})
	}
	return 0
}

// plain reads verbs and the words that say nothing by themselves.
func (r *reader) plain(i int) int {
	if i == 0 || len(r.chunks) == 0 || r.onlyFill() {
		if n := r.eat(i, "show me", "show", "list", "give me", "give", "compare", "do we have", "display", "find", "get", "tell me", "which", "who", "what", "whats", "i want to see", "i would like to see", "can you show me", "please show", "return", "fetch"); n > 0 {
			return r.add(i, n, chunk{kind: kAsk, op: r.word(i)})
		}
	}
	if n := r.eat(i, "logged in", "log in", "logs in", "signed in", "sign in"); n > 0 {
		return r.add(i, n, chunk{kind: kVerb, op: "login", base: "login"})
	}
	if isVerb(r.word(i)) {
		n := 1
		if isOneOf(r.word(i), "signed", "sign") && r.word(i+1) == "up" {
			n = 2
		}
		c := chunk{kind: kVerb, op: r.stem(i), base: r.word(i)}
		for _, v := range r.m.Values {
			if v.Span.First == i && v.Span.Len() == 1 && v.Score >= good {
				c.values = append(c.values, v)
			}
		}
		return r.add(i, n, c)
	}
	if isOneOf(r.word(i), "different", "distinct", "unique") {
		return r.add(i, 1, chunk{kind: kFill, op: "distinct"})
	}
	if w := r.toks[i].Text; w == "US" || w == "IT" {
		return 0 // names, not little words
	}
	if isFill(r.word(i)) {
		return r.add(i, 1, chunk{kind: kFill})
	}
	if _, n := r.amount(i); n > 0 {
		return 0
	}
	return 0
}

func (r *reader) onlyFill() bool {
	for _, c := range r.chunks {
		if c.kind != kFill && c.kind != kAsk {
			return false
		}
	}
	return true
}

// isVerb says whether a word tells what somebody does with a thing.
func isVerb(w string) bool {
	switch w {
	case "buy", "buys", "bought", "buying", "purchase", "purchases", "purchased", "purchasing", "order", "ordering", "ordered", "sell", "sells", "sold", "selling", "ship", "ships", "shipped", "deliver", "delivered", "delivers",
		"pay", "pays", "paid", "review", "reviewed", "return", "returned", "refund", "refunded", "visit", "visited", "sign", "signed", "join", "joined", "register", "registered", "hire", "hired", "place", "placed",
		"open", "opened", "close", "closed", "launch", "launched", "work", "works", "working", "worked", "live", "lives", "living", "manage", "manages", "managed", "managing", "report", "reports", "reporting", "supply", "supplies", "supplied",
		"handle", "handles", "handled", "take", "takes", "took", "taken", "make", "makes", "made", "rated", "resolve", "resolved", "cancel", "create", "created", "add", "added", "redeem", "redeemed", "issue", "issued",
		"leave", "left", "born", "receive", "received", "belong", "belongs", "contain", "contains", "wrote", "write", "written", "support", "supports", "supported", "serve", "serves", "served", "released", "published", "wishlisted", "exceeded", "come", "comes", "came", "arrive", "arrived", "generate", "generated", "earn", "earned", "brought", "bring", "cover", "covers", "covered", "assigned", "appear", "appears", "process", "processed", "employ", "employs", "employed", "stocked", "carried", "used", "uses", "use", "offer", "offers", "offered", "book", "booked", "enrolled", "rented", "booking", "quit", "completed", "started", "ended", "due", "submitted", "approved", "finished", "scheduled", "canceled", "cancelled", "terminated", "retired", "expired", "posted", "invoiced", "billed", "charged":
		return true
	}
	return false
}

// isFill says whether a word says nothing by itself.
func isFill(w string) bool {
	switch w {
	case "a", "an", "the", "me", "please", "is", "are", "was", "were", "do", "does", "did", "be", "been", "being", "there", "our", "we", "us", "i", "you", "your", "can", "could", "would", "will", "should", "want", "need", "see", "know", "like", "look", "their",
		"its", "it", "they", "them", "these", "those", "this", "all", "any", "some", "only", "just", "also", "so", "far", "currently", "now", "ever", "actually", "what", "how", "if", "then", "his", "her", "he", "she", "as", "s", "who", "whom", "yet", "already", "up", "out", "off",
		"show", "list", "give", "display", "find", "get", "tell", "return", "results", "result", "figures", "figure", "data", "records", "record", "rows", "entries", "numbers", "statistics", "stats", "breakdown", "report", "overview", "table", "chart", "graph", "plot",
		"various", "individual", "respective", "corresponding", "specific", "single", "entire", "whole", "complete", "full", "euros", "euro", "dollars", "dollar", "eur", "usd", "value", "amount", "level", "performance", "development", "evolution",
		"many", "much", "but", "most", "same", "least", "more", "less", "compared", "hi", "hello", "thanks", "right", "business", "company", "shop", "store", "own", "come", "happen", "happened", "kind", "type", "types", "kinds", "sort", "based", "basis", "wise", "ago", "other", "given", "particular", "place", "made", "within", "during", "ones", "still", "anyone", "anybody", "anything", "somebody", "someone", "something", "everyone", "everybody", "priced", "costing", "quite", "really", "altogether", "exactly", "held", "one", "people", "have", "has", "had", "having", "where", "when", "while", "which", "that", "to", "of", "in", "on", "at", "for", "from", "with", "by", "and", "or", "terms", "ranking", "rank", "ranked", "once":
		return true
	}
	return false
}
