package analytic

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// analytic reads the phrases that name an analysis: shares, growth, running totals, cohorts, duplicates ….
func (r *reader) analytic(i int) int {
	if n := r.eat(i, "running total*", "cumulative total*", "cumulative sum", "cumulative", "cumulatively", "running sum", "running count"); n > 0 {
		n += r.eat(i+n, "of", "number of")
		return r.add(i, n, chunk{kind: kRunning})
	}
	if n := r.moving(i); n > 0 {
		return n
	}
	if n := r.eat(i, "what percentage of", "what percent of", "what share of", "what proportion of", "what fraction of", "which percentage of", "which share of", "how much percent of",
		"percentage share of", "as a percentage of total", "as a percentage of the total", "as percentage of total", "as a share of the total", "as a share of total", "as a percent of total", "of the total in percent",
		"percentage of total", "percent of total", "share of total", "proportion of total", "share of the total", "percentage of the total", "contribution to total", "contribution to the total", "contribution to",
		"percentage of", "percent of", "share of", "proportion of", "fraction of", "as a percentage", "in percent", "as percentages", "the percentage", "percentages of", "shares of", "market share of", "percentage breakdown of"); n > 0 {
		return r.add(i, n, chunk{kind: kShare})
	}
	if n := r.rates(i); n > 0 {
		return n
	}
	if n := r.change(i); n > 0 {
		return n
	}
	if n := r.eat(i, "new and returning", "new vs returning", "new versus returning", "new or returning", "new against returning", "new and repeat", "new vs repeat", "first time and returning",
		"first time vs returning", "first time and repeat", "new and existing", "new vs existing", "returning and new", "returning vs new", "new vs old", "new and old"); n > 0 {
		return r.add(i, n, chunk{kind: kNewOld})
	}
	if n := r.eat(i, "first purchase cohort*", "first order cohort*", "monthly cohort*", "retention by cohort", "cohort retention", "cohort analysis", "cohort*", "customer retention", "retention by month", "monthly retention", "retention"); n > 0 {
		return r.add(i, n, chunk{kind: kCohort})
	}
	if n := r.eat(i, "churned", "lapsed", "inactive", "dormant", "gone quiet", "stopped ordering", "stopped buying", "have stopped ordering", "no longer order", "no longer buy"); n > 0 {
		return r.add(i, n, chunk{kind: kChurn})
	}
	if n := r.eat(i, "repeat", "returning", "repeating", "ordered again", "came back", "bought again", "loyal"); n > 0 && r.word(i+n) != "to" {
		return r.add(i, n, chunk{kind: kRepeat})
	}
	if n := r.eat(i, "duplicate*", "duplicated", "more than once with the same", "used more than once", "used twice", "appear more than once", "occur more than once", "same"); n > 0 && (r.word(i) != "same" || r.eat(i+1, "e mail", "email", "name", "phone") > 0) {
		return r.add(i, n, chunk{kind: kDuplicate})
	}
	if n := r.eat(i, "orphan*", "dangling", "pointing to a missing", "that refer to a missing", "without a matching", "with no matching"); n > 0 {
		return r.add(i, n, chunk{kind: kOrphan})
	}
	if n := r.eat(i, "missing", "unknown", "blank", "empty", "no known", "not known", "unset", "not set", "not filled in", "is null", "are null", "null"); n > 0 {
		return r.add(i, n, chunk{kind: kMissing})
	}
	if n := r.eat(i, "histogram of", "histogram", "distribution of", "distribution", "distributed", "frequency of", "spread of", "broken into buckets", "bucketed", "in buckets", "in bins"); n > 0 {
		return r.histogram(i, n)
	}
	if n := r.eat(i, "in buckets of", "in bins of", "in steps of", "bucketed by", "buckets of", "bins of", "in ranges of", "in bands of"); n > 0 {
		if v, k := r.amount(i + n); k > 0 {
			return r.add(i, n+k, chunk{kind: kHistogram, num: v})
		}
	}
	if n := r.eat(i, "too late", "late", "delayed", "overdue", "after the required date", "after the promised date", "after the due date", "behind schedule"); n > 0 {
		return r.add(i, n, chunk{kind: kLate, op: "late"})
	}
	if n := r.eat(i, "on time", "in time", "on schedule", "punctually"); n > 0 {
		return r.add(i, n, chunk{kind: kLate, op: "early"})
	}
	if n := r.spans(i); n > 0 {
		return n
	}
	if n := r.eat(i, "side by side", "in comparison", "as columns", "in separate columns"); n > 0 {
		return r.add(i, n, chunk{kind: kVersus})
	}
	return r.money(i)
}

// histogram reads 'distribution of order values in buckets of 50' as far as the words before the thing.
func (r *reader) histogram(i, n int) int {
	if r.word(i) == "in" || r.word(i) == "bucketed" || r.word(i) == "broken" {
		if r.word(i+n) == "of" {
			if v, k := r.amount(i + n + 1); k > 0 {
				return r.add(i, n+1+k, chunk{kind: kHistogram, num: v})
			}
		}
	}
	return r.add(i, n, chunk{kind: kHistogram})
}

// moving reads '3 month moving average of', '7-day rolling average', 'moving average over 3 months'.
func (r *reader) moving(i int) int {
	c := chunk{kind: kMoving, num: 3}
	k := i
	if v, n := r.amount(k); n > 0 && unit(strings.TrimSuffix(r.word(k+n), "ly")) != "" {
		c.num, c.op = v, unit(r.word(k+n))
		k += n + 1
	}
	n := r.eat(k, "moving average*", "rolling average*", "rolling mean", "moving mean", "sliding average", "trailing average")
	if n == 0 {
		return 0
	}
	k += n
	if m := r.eat(k, "over", "with a window of", "across", "for", "of"); m > 0 {
		at := k + m + r.eat(k+m, "the last", "the", "last", "a")
		if v, w := r.amount(at); w > 0 && unit(r.word(at+w)) != "" {
			c.num, c.op = v, unit(r.word(at+w))
			k = at + w + 1
		} else if r.word(k) == "of" {
			k++
		}
	}
	return r.add(i, k-i, c)
}

// change reads 'growth', 'change against the previous month', 'compared to last year', 'year over year'.
func (r *reader) change(i int) int {
	if n := r.eat(i, "year over year", "year on year", "yoy", "y o y", "from year to year"); n > 0 {
		n += r.eat(i+n, "growth rate", "growth", "change", "difference")
		return r.add(i, n, chunk{kind: kChange, op: "year"})
	}
	if n := r.eat(i, "month over month", "month on month", "mom", "week over week", "week on week", "wow", "quarter over quarter", "quarter on quarter", "qoq", "day over day", "day on day"); n > 0 {
		u := unit(r.word(i))
		if u == "" {
			u = map[string]string{"mom": "month", "wow": "week", "qoq": "quarter"}[r.word(i)]
		}
		n += r.eat(i+n, "growth rate", "growth", "change", "difference")
		return r.add(i, n, chunk{kind: kChange, op: "previous", base: u})
	}
	if n := r.eat(i, "compared to", "compared with", "in comparison to", "in comparison with", "against", "relative to", "versus", "vs", "over", "than", "from", "as compared to", "and"); n > 0 {
		if m := r.eat(i+n, "the same period last year", "the same period a year ago", "the same time last year", "the same month last year", "the same month a year ago", "the same quarter last year", "same period last year",
			"the year before", "the previous year", "a year ago", "a year before", "a year earlier", "the prior year", "previous year", "prior year"); m > 0 {
			return r.add(i, n+m, chunk{kind: kChange, op: "year"})
		}
		if m := r.eat(i+n, "the period before", "the previous period", "the month before", "the previous month", "the week before", "the previous week", "the quarter before", "the previous quarter", "the day before", "the previous day", "previous month", "previous period", "previous quarter", "previous week",
			"the prior month", "the prior period", "the prior quarter", "the prior week"); m > 0 {
			u := ""
			for k := i + n; k < i+n+m; k++ {
				if x := unit(r.word(k)); x != "" {
					u = x
				}
			}
			if r.said(kWindow) {
				u = ""
			}
			return r.add(i, n+m, chunk{kind: kChange, op: "previous", base: u})
		}
		if isOneOf(r.word(i), "compared", "versus", "vs", "against", "relative") {
			return r.compared(i, n)
		}
	}
	if n := r.eat(i, "growth rate", "growth", "rate of change", "percentage change", "percent change", "change", "increase", "decrease", "grow", "grew", "grown", "growing", "changed", "trend*"); n > 0 {
		if strings.HasPrefix(r.word(i), "trend") {
			return r.add(i, n+r.eat(i+n, "in", "of", "for"), chunk{kind: kGrain, op: "month", base: "trend"})
		}
		n += r.eat(i+n, "in", "of", "from")
		return r.add(i, n, chunk{kind: kChange})
	}
	return 0
}

// compared reads 'compared to last month' and 'vs 2016', where another window already stands in the question.
func (r *reader) compared(i, n int) int {
	for k := range r.chunks {
		if r.chunks[k].kind != kWindow {
			continue
		}
		w, m := r.period(i+n, true)
		if m == 0 {
			return 0
		}
		w.text = r.text(i+n, m)
		return r.add(i, n+m, chunk{kind: kChange, op: "window", window: w})
	}
	if isOneOf(r.word(i), "versus", "vs", "against") {
		return r.add(i, n, chunk{kind: kVersus})
	}
	if w, m := r.period(i+n, true); m > 0 { // 'sales by month compared to last year'
		op := "previous"
		if w.whole == "year" {
			op = "year"
		}
		return r.add(i, n+m, chunk{kind: kChange, op: op})
	}
	return 0
}

// money reads the words for what a sale brings, where the schema has no name of that kind itself.
func (r *reader) money(i int) int {
	if n := r.inStock(i); n > 0 {
		return n
	}
	if targets, n := r.nounAt(i); n > 1 && targets[0].score >= 0.95 || n == 1 && targets[0].score >= 0.95 && targets[0].column != nil {
		return 0
	}
	if n := r.eat(i, "average order value*", "average basket size", "average basket value", "average basket", "average order size", "average order amount", "average order total", "average sale value", "average invoice value", "average invoice amount", "average invoice total", "mean order value", "aov"); n > 0 {
		r.add(i, 0, chunk{kind: kAgg, op: "avg"})
		return r.add(i, n, chunk{kind: kMoney, op: "order"})
	}
	if n := r.eat(i, "order value*", "order size*", "order total*", "order amount*", "basket size*", "basket value*", "basket", "invoice value*", "invoice total*", "invoice amount*", "value of the order*", "value of an order", "value of orders", "sale value", "total order value"); n > 0 {
		return r.add(i, n, chunk{kind: kMoney, op: "order"})
	}
	if n := r.eat(i, "profit margin", "gross margin", "margin in percent", "margin percentage", "margins", "margin"); n > 0 {
		return r.add(i, n, chunk{kind: kMoney, op: "margin"})
	}
	if n := r.eat(i, "gross profit", "net profit", "profits", "profit", "earnings"); n > 0 {
		return r.add(i, n, chunk{kind: kMoney, op: "profit"})
	}
	if n := r.eat(i, "in stock", "on stock"); n > 0 && r.said(kColumn) {
		return r.add(i, n, chunk{kind: kFill})
	}
	if r.eat(i, "how many units", "how many pieces", "how many items") > 0 && (r.asks("in stock") || r.asks("on stock")) {
		return 0
	}
	if n := r.eat(i, "number of units sold", "number of items sold", "number of products sold", "units sold", "quantity sold", "quantities sold", "items sold", "pieces sold", "copies sold", "quantity ordered", "quantities ordered", "units ordered",
		"number of units ordered", "quantity of products", "how many units", "unit sales", "units", "pieces", "sales volume", "volume sold"); n > 0 {
		return r.add(i, n, chunk{kind: kMoney, op: "units"})
	}
	if n := r.eat(i, "what did we sell", "did we sell", "did we earn", "do we earn", "we earn", "did we make", "earned", "earn", "brings in", "bring in", "brought in", "generated", "generates", "generate"); n > 0 {
		if r.word(i) == "earned" || r.word(i) == "earn" {
			for _, c := range r.v.ix.Columns {
				if has(c.Stems, "salari", "wage", "pay") {
					return 0
				}
			}
		}
		return r.add(i, n, chunk{kind: kMoney, op: "revenue"})
	}
	if n := r.eat(i, "sales revenue", "sales amount", "sales value", "sales figures", "gross sales", "net sales", "revenues", "revenue", "turnover", "takings", "money made", "money earned", "money did we make", "money we made", "income", "sales"); n > 0 {
		if r.word(i-1) == "of" && isOneOf(r.word(i-2), "number", "count") {
			return 0
		}
		return r.add(i, n, chunk{kind: kMoney, op: "revenue"})
	}
	if n := r.eat(i, "how much money", "how much"); n > 0 {
		return r.howMuch(i, n)
	}
	if n := r.eat(i, "total spend", "total spending", "spendings", "spending", "spend", "spent", "money spent", "money", "lifetime value", "customer lifetime value", "clv", "worth"); n > 0 {
		return r.add(i, n, chunk{kind: kMoney, op: "revenue", base: "spend"})
	}
	return 0
}

// asks says whether a phrase stands anywhere in the question.
func (r *reader) asks(phrase string) bool {
	for i := range r.toks {
		if r.eat(i, phrase) > 0 {
			return true
		}
	}
	return false
}

// howMuch reads 'how much did we sell', 'how much revenue', 'how much does X cost'.
func (r *reader) howMuch(i, n int) int {
	for k := i + n; k < len(r.toks); k++ {
		if w := r.word(k); r.eat(k, "spen*") > 0 {
			return r.add(i, n, chunk{kind: kMoney, op: "revenue"})
		} else if r.eat(k, "revenue*", "sales", "turnover", "profit*", "margin", "income") > 0 {
			return r.add(i, n, chunk{kind: kFill})
		} else if isOneOf(w, "sell", "sold", "make", "earn", "earned", "made", "buy", "bought", "order", "ordered", "bring", "brought") {
			return r.add(i, n, chunk{kind: kMoney, op: "revenue"})
		}
	}
	return r.add(i, n, chunk{kind: kAgg, op: "much"})
}

// inStock reads 'units in stock' and 'how many units of Tofu are in stock' as the column that says so.
func (r *reader) inStock(i int) int {
	n := r.eat(i, "units", "pieces", "items", "quantity", "stock", "inventory")
	if n == 0 || !r.asks("in stock") && !r.asks("on stock") && r.word(i) != "stock" && r.word(i) != "inventory" || r.eat(i+1, "sold", "level") > 0 || r.eat(i, "items") > 0 && r.isThing(i) {
		return 0
	}
	var targets []target
	for _, t := range r.v.ix.Tables {
		if r.v.skip[t.ID] {
			continue
		}
		at := slices.IndexFunc(t.Columns, func(c *index.Column) bool {
			return c.Numeric() && has(c.Stems, "stock") && !has(c.Stems, "reorder", "min", "max")
		})
		if at >= 0 {
			targets = append(targets, target{table: t, column: t.Columns[at], score: 1})
		} else if c := measureCalled(t, "quantiti", "level", "unit"); c != nil && has(t.Stems, "stock", "inventori") {
			targets = append(targets, target{table: t, column: c, score: 1})
		}
	}
	if len(targets) == 0 {
		return 0
	}
	return r.add(i, n+r.eat(i+n, "in stock", "on stock"), chunk{kind: kColumn, targets: targets})
}
