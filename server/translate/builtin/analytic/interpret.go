package analytic

import (
	"slices"

	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// role is what the little word before a thing makes of it.
type role uint8

const (
	roleHead role = iota
	roleBy
	rolePer
	roleEach // in each
	roleWith
	roleNot
	roleOf
	roleSort
)

// interpreter turns chunks into a plan, from left to right.
type interpreter struct {
	*plan
	chunks  []chunk
	role    role
	aggs    []chunk  // aggregates that wait for what they are taken of
	lastAgg []chunk  // for 'minimum and maximum price'
	measure *measure // the last one
	column  *index.Column
	event   *event
	neg     bool
	side    []*cond
	last    chunkKind    // of the chunk before
	implied *index.Table // the entity, where a verb alone named it
	said    [][]target   // what else each of attrs may have named
	showing bool         // 'their', 'its': what comes is to be shown beside the entity
}

func (p *plan) interpret(chunks []chunk) {
	in := &interpreter{plan: p, chunks: chunks}
	for k := range chunks {
		c := &chunks[k]
		if c.used {
			continue
		}
		in.read(k, c)
		if c.kind != kFill {
			in.last = c.kind
		}
	}
	in.finish()
}

// next is the next chunk after k that means something; nil at the end.
func (in *interpreter) next(k int) (*chunk, int) {
	for k++; k < len(in.chunks); k++ {
		if in.chunks[k].kind != kFill && !in.chunks[k].used {
			return &in.chunks[k], k
		}
	}
	return nil, len(in.chunks)
}

// prev is the last chunk before k that is no filler.
func (in *interpreter) prev(k int) *chunk {
	for k--; k >= 0; k-- {
		if in.chunks[k].kind != kFill {
			return &in.chunks[k]
		}
	}
	return nil
}

func (in *interpreter) read(k int, c *chunk) {
	c.used = true
	switch c.kind {
	case kFill:
		in.distinct = in.distinct || c.op == "distinct"
		if in.r.word(c.span.First) == "name" || in.r.word(c.span.First) == "names" {
			in.withLabel = true
		}
		if in.entity != nil && isOneOf(in.r.word(c.span.First), "their", "its", "his", "her", "respective") {
			in.showing = true
		}
	case kAsk:
		in.when = in.when || c.op == "when"
		in.listed = in.listed || c.op != "what" && c.op != "whats" && c.op != "give" && c.op != "show" && c.op != "tell"
		if c.op == "who" && in.entity == nil {
			in.who(k)
		}
	case kCount, kAgg:
		in.aggregate(k, c)
	case kTable:
		c.used = in.table(k, c)
	case kColumn:
		c.used = in.columnChunk(k, c)
	case kMoney:
		c.used = in.moneyChunk(k, c)
	case kValue:
		c.used = in.value(k, c)
	case kWindow:
		in.window(c)
	case kDays:
		in.days = append(in.days, c.days...)
		in.analytic = true
	case kGrain:
		c.used = in.grain(k, c)
	case kBy:
		in.role = roleBy
		if in.rank != nil && !in.rank.done {
			in.role = roleSort
		}
	case kPer:
		if nx, _ := in.next(k); in.role == roleHead && in.entity == nil && len(in.measures) == 0 && len(in.aggs) == 0 && len(in.attrs) == 0 && in.rank == nil && nx != nil && nx.kind == kTable {
			break // 'list each product'
		}
		in.role = rolePer
	case kEachRow:
		in.role = roleEach
	case kCmp:
		c.used = in.compare(k, c)
	case kMean:
		c.used = in.mean(k, c)
	case kRank:
		c.used = in.ranked(k, c)
	case kNot:
		in.neg, in.role = true, roleNot
	case kWith:
		if prev := in.prev(k); prev != nil && prev.kind == kNot {
			return // 'have not had any'
		}
		if in.role != roleNot || in.entity == nil {
			in.role = roleWith
		}
	case kOf:
		if in.role != roleNot || c.op != "of" && c.op != "from" && c.op != "in" && c.op != "at" && c.op != "to" {
			in.role = roleOf
		}
	case kVerb:
		c.used = in.verbChunk(k, c)
	case kAnd, kOr, kThan, kTimes, kVersus:
		in.glue(k, c)
	case kNumber:
		c.used = in.number(k, c)
	default:
		c.used = in.construct(k, c)
	}
}

// construct reads the chunks that stand for a whole analysis.
func (in *interpreter) construct(k int, c *chunk) bool {
	in.analytic = in.analytic || c.kind != kSort && c.kind != kLike && c.kind != kMore && c.kind != kStock
	switch c.kind {
	case kShare:
		in.share = true
		if in.measure == nil {
			in.role = roleHead
		}
	case kChange:
		in.change, in.against = c.op, c.window
		if c.op == "" {
			in.change = "previous"
		}
		if c.base != "" && len(in.grains) == 0 {
			in.grains = append(in.grains, c.base)
		}
	case kRunning:
		in.running = true
	case kMoving:
		in.moving = int(c.num)
		if c.op != "" {
			in.grains = []string{c.op}
		}
	case kSort:
		in.sort = c.dir
		if nx, _ := in.next(k); c.dir != 0 && nx != nil && nx.kind == kOf && nx.op == "of" { // 'in descending order of votes'
			nx.used = true
			in.rank, in.role = &ranking{dir: c.dir}, roleSort
			return true
		}
		if c.base != "" {
			in.rank = &ranking{dir: c.dir, base: c.base}
			return true
		}
		if c.dir == 0 {
			in.sort = -1
			in.role = roleSort
			if in.rank == nil {
				in.rank = &ranking{dir: -1}
			}
		} else if in.rank != nil && in.rank.n == 0 {
			in.rank.dir = c.dir
		} else if of, at := in.next(k); in.rank == nil && of != nil && of.kind == kOf { // 'in descending order of price'
			if by, _ := in.next(at); by != nil && (by.kind == kColumn || by.kind == kMoney || by.kind == kTable || by.kind == kCount || by.kind == kAgg) {
				of.used = true
				in.role = roleSort
				in.rank = &ranking{dir: c.dir}
			}
		}
	case kLike:
		return in.likeChunk(c)
	case kMore:
		in.more = true
	case kStock:
		return in.stock()
	case kMissing:
		return in.missing(k)
	case kDuplicate:
		return in.duplicates(k)
	case kOrphan:
		in.orphan = true
	case kCohort:
		in.cohort = true
	case kNewOld:
		in.newOld = true
	case kNew:
		in.verb = "join"
	case kRepeat:
		in.repeat = true
	case kChurn:
		in.churn = true
	case kHistogram:
		in.histogram = true
		if c.num > 0 {
			in.width = c.num
		}
	case kLate:
		return in.late(c)
	case kSpan:
		return in.spanned(k, c)
	case kRate:
		return in.rate(k, c)
	default:
		return false
	}
	return true
}

// who finds the people that 'who' asks for.
func (in *interpreter) who(k int) {
	for _, c := range in.chunks[k+1:] {
		for _, t := range c.tables() {
			if person(t.table) {
				return // it is named
			}
		}
	}
	buys := false
	for _, c := range in.chunks[k+1:] {
		buys = buys || c.kind == kVerb && isOneOf(c.op, "buy", "purchas", "order", "spend", "place") || c.kind == kMoney && c.base == "spend"
	}
	var staff, client *index.Table
	for _, t := range in.v.ix.Tables {
		if in.v.skip[t.ID] || t.Bridge {
			continue
		}
		if has(t.Stems, "custom", "client", "buyer", "user", "account", "member", "patient", "passeng", "guest") && (client == nil || len(t.Stems) < len(client.Stems)) {
			client = t
		}
		if has(t.Stems, "employe", "staff", "emp", "worker", "personnel") && (staff == nil || len(t.Stems) < len(staff.Stems)) {
			staff = t
		}
	}
	switch {
	case buys && client != nil:
		in.entity = client
	case staff != nil && !buys:
		in.entity = staff
	case client != nil:
		in.entity = client
	}
}

func person(t *index.Table) bool {
	return has(t.Stems, "custom", "client", "buyer", "user", "member", "patient", "passeng", "guest", "employe", "staff", "emp", "worker", "person", "student", "teacher", "artist", "author", "player", "driver", "doctor", "supplier", "singer", "applic", "crew", "employee")
}

// aggregate keeps an aggregate until what it is taken of comes.
func (in *interpreter) aggregate(k int, c *chunk) {
	if c.kind == kAgg && c.op == "sum" && in.measure != nil {
		if nx, _ := in.next(k); nx == nil || nx.kind == kWindow || nx.kind == kBy || nx.kind == kPer {
			return // '… in total'
		}
	}
	if c.kind == kAgg && (c.op == "max" || c.op == "min") && in.role == roleWith && in.rank == nil && (in.entity != nil || len(in.attrs) > 0) { // 'the stadium that has the maximum capacity'
		in.ensureEntity()
		in.rank = &ranking{dir: 1 - 2*boolInt(c.op == "min")}
		return
	}
	if c.kind == kAgg && c.op == "avg" && in.measure != nil && in.measure.op == "count" {
		if nx, _ := in.next(k); nx == nil { // 'how many … on average'
			in.measure.agg = "avg"
			return
		}
	}
	in.aggs = append(in.aggs, *c)
	if in.role == roleOf || in.role == roleHead {
		in.role = roleHead
	}
}

// takeAggs returns the aggregates that wait, as operators.
func (in *interpreter) takeAggs() []chunk {
	out := in.aggs
	in.aggs = nil
	if len(out) > 0 {
		in.lastAgg = out
	}
	return out
}

// glue reads 'and', 'or', 'than', 'times', 'versus'.
func (in *interpreter) glue(k int, c *chunk) {
	if c.kind == kOr {
		in.or()
	}
	if c.kind == kVersus {
		in.sideBySide, in.analytic = true, true
	}
	if c.kind == kAnd && in.role == roleHead && len(in.aggs) == 0 {
		if nx, _ := in.next(k); nx != nil && nx.kind == kColumn && in.measure != nil && in.measure.col != nil {
			in.aggs = in.lastAgg // 'average price and cost'
		}
	}
}

// number reads a bare number: 'order 10248', '5 customers'.
func (in *interpreter) number(k int, c *chunk) bool {
	prev := in.prev(k)
	if prev != nil && prev.kind == kTable && in.entity != nil && in.entity.Key != nil && in.entity.Key.Numeric() && prev.tables()[0].table == in.entity {
		in.conds = append(in.conds, &cond{col: in.entity.Key, op: "=", num: c.num})
		return true
	}
	if prev != nil && prev.kind == kColumn && in.column != nil && in.column.Numeric() {
		in.dropAttr(in.column)
		in.conds = append(in.conds, &cond{col: in.column, op: "=", num: c.num})
		return true
	}
	if nx, _ := in.next(k); nx != nil && nx.kind == kTable && in.entity == nil && in.rank == nil {
		return false
	}
	return false
}

// dropAttr takes back a column that was taken for something to show.
func (in *interpreter) dropAttr(c *index.Column) {
	in.attrs = slices.DeleteFunc(in.attrs, func(a *index.Column) bool { return a == c })
}
