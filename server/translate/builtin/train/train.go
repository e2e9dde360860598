package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/internal/query/print"
	"github.com/custard-ai/custard/server/translate"
	"github.com/custard-ai/custard/server/translate/builtin/analytic"
	"github.com/custard-ai/custard/server/translate/builtin/core"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

// mostChoices bounds what a step of training keeps of its wrong choices.
const mostChoices = 60

// load makes the examples of a set of questions.
func load(ctx context.Context, o options, dbs *databases, pick func(*question) bool) ([]*example, error) {
	questions, err := readQuestions(o.questions)
	if err != nil {
		return nil, err
	}
	var out []*example
	n := 0
	for i := range questions {
		q := &questions[i]
		if !pick(q) {
			continue
		}
		if n++; n%o.every != 0 {
			continue
		}
		db, err := dbs.get(ctx, q.DB)
		if err != nil {
			return nil, err
		}
		out = append(out, newExample(ctx, q, q.Question, db))
		if o.paraphrases && q.Paraphrase != "" && q.Paraphrase != q.Question {
			out = append(out, newExample(ctx, q, q.Paraphrase, db))
		}
	}
	return out, nil
}

func newExample(ctx context.Context, q *question, text string, db *database) *example {
	e := &example{q: q, text: text, db: db, sketch: -1}
	values := db.find(ctx, text)
	ms := db.ix.Read(text, values)
	e.problem = core.NewProblem(db.ix, ms)
	if c, ok := analytic.Translate(translate.Request{Question: text, Schema: db.schema, Values: values, Dialect: custard.SQLite}, db.ix, ms); ok {
		e.problem.Consult(c)
	}
	return e
}

// gold reads the intermediate form of a gold query.
func gold(db *database, sql string) (*ir.Query, bool) {
	tree, err := parse.Parse(custard.SQLite, sql)
	if err != nil {
		return nil, false
	}
	return ir.Extract(tree, db.ix)
}

// follow finds each example's steps and the sketches that occur often enough.
func follow(list []*example) []*core.Sketch {
	counts := map[string]int{}
	sketches := map[string]*core.Sketch{}
	random := rand.New(rand.NewPCG(7, 8))
	for _, e := range list {
		q, ok := gold(e.db, e.q.SQL)
		if !ok {
			continue
		}
		q = e.problem.Order(q)
		s, ok := core.SketchOf(q)
		if !ok {
			continue
		}
		e.key = s.Key()
		counts[e.key]++
		sketches[e.key] = s
		e.steps, _ = e.problem.Follow(s, q)
		for i := range e.steps {
			thin(&e.steps[i], random)
			e.steps[i].Bare()
		}
	}
	var keys []string
	for k, n := range counts {
		if n >= 2 {
			keys = append(keys, k)
		}
	}
	keys = append(keys, variants(sketches, counts)...)
	slices.Sort(keys)
	out := make([]*core.Sketch, len(keys))
	at := map[string]int{}
	for i, k := range keys {
		out[i], at[k] = sketches[k], i
	}
	for _, e := range list {
		if i, ok := at[e.key]; ok {
			e.sketch = i
		}
	}
	return out
}

// variants adds, to the sketches that occur often, those with another number of selected columns.
func variants(sketches map[string]*core.Sketch, counts map[string]int) []string {
	var out []string
	for k, n := range counts {
		s := sketches[k]
		if n < 12 || s.Plain == 0 {
			continue
		}
		for plain := 1; plain <= 5; plain++ {
			v := *s
			v.Plain = plain
			if key := v.Key(); counts[key] < 2 && !slices.Contains(out, key) {
				sketches[key] = &v
				out = append(out, key)
			}
		}
	}
	return out
}

// thin keeps the right choice and some wrong ones.
func thin(s *core.Step, random *rand.Rand) {
	if len(s.Feats) <= mostChoices {
		return
	}
	s.Feats[0], s.Feats[s.Correct] = s.Feats[s.Correct], s.Feats[0]
	s.Correct = 0
	rest := s.Feats[1:]
	random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	s.Feats = slices.Clip(slices.Clone(s.Feats[:mostChoices]))
}

func train(ctx context.Context, o options) error {
	start := time.Now()
	dbs := &databases{dir: o.databases, limit: 200 * time.Millisecond}
	list, err := load(ctx, o, dbs, func(q *question) bool { return q.Split != "validate" })
	if err != nil {
		return err
	}
	say := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs "+format+"\n", append([]any{time.Since(start).Seconds()}, args...)...)
	}
	say("%d examples read", len(list))
	sketches := follow(list)
	known := 0
	for _, e := range list {
		if e.sketch >= 0 {
			known++
		}
	}
	say("%d sketches, %d examples have one", len(sketches), known)
	m := core.NewModel(sketches)
	learn(m, list, o.epochs)
	say("trained")
	if o.folds > 1 {
		rows, err := crossRank(ctx, o, list, sketches, say)
		if err != nil {
			return err
		}
		m.Trees = ranker.train(rows)
		say("forest of %d trees over %d rows", len(m.Trees.Trees), len(rows))
	}
	data, err := m.Encode()
	if err != nil {
		return err
	}
	say("%d bytes", len(data))
	return os.WriteFile(o.out, data, 0o644)
}

// crossRank trains on all folds of the databases but one, again and again, and labels the candidates for the questions
// of the one by execution.
func crossRank(ctx context.Context, o options, list []*example, sketches []*core.Sketch, say func(string, ...any)) ([]row, error) {
	fold := map[string]int{}
	var names []string
	for _, e := range list {
		if _, ok := fold[e.db.name]; !ok {
			fold[e.db.name] = 0
			names = append(names, e.db.name)
		}
	}
	slices.Sort(names)
	for i, n := range names {
		fold[n] = i % o.folds
	}
	var rows []row
	golds := map[*example]string{}
	for _, e := range list {
		if q, ok := gold(e.db, e.q.SQL); ok {
			golds[e] = q.Key()
		}
	}
	for k := range o.folds {
		var in, out []*example
		for _, e := range list {
			if fold[e.db.name] == k {
				out = append(out, e)
			} else {
				in = append(in, e)
			}
		}
		m := core.NewModel(sketches)
		learn(m, in, max(2, o.epochs-1))
		lists := make([][]row, len(names))
		each(len(names), func(n int) {
			if fold[names[n]] == k {
				lists[n] = label(ctx, m, names[n], out, golds, o.label)
			}
		})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from := len(rows)
		for _, l := range lists {
			rows = append(rows, l...)
		}
		say("fold %d: %d questions; %s", k, len(out), labelled(rows[from:]))
	}
	return rows, nil
}

// label labels the candidates of each nth question about a database.
func label(ctx context.Context, m *core.Model, name string, list []*example, golds map[*example]string, nth int) []row {
	var rows []row
	for i, e := range list {
		if i%nth != 0 || e.db.name != name || ctx.Err() != nil {
			continue
		}
		for _, c := range e.problem.Describe(e.fresh().Search(m)) {
			r := row{feats: c.Feats, example: e}
			if c.Query.Key() == golds[e] || e.right(ctx, c) {
				r.label = 1
			}
			rows = append(rows, r)
		}
	}
	for _, e := range list {
		if e.db.name == name {
			clear(e.db.cache) // the results of thousands of candidates take gigabytes
			break
		}
	}
	return rows
}

// labelled tells how often the most probable candidate is right before ranking, and any.
func labelled(rows []row) string {
	asked, first, any := 0, 0, 0
	for i := 0; i < len(rows); {
		e, right := rows[i].example, false
		asked++
		if rows[i].label > 0 {
			first++
		}
		for ; i < len(rows) && rows[i].example == e; i++ {
			right = right || rows[i].label > 0
		}
		if right {
			any++
		}
	}
	n := float64(max(asked, 1))
	return fmt.Sprintf("first right %.1f%%, any right %.1f%%, %.1f candidates", 100*float64(first)/n, 100*float64(any)/n, float64(len(rows))/n)
}

// fresh forgets the scores that another model gave.
func (e *example) fresh() *core.Problem {
	e.problem.Forget()
	return e.problem
}

// right says whether a candidate gives what the gold query does.
func (e *example) right(ctx context.Context, c *core.Candidate) bool {
	text := e.printed(c)
	return text != "" && e.db.same(ctx, e.q.SQL, text)
}

// printed is a candidate's query as text; empty where it has none.
func (e *example) printed(c *core.Candidate) string {
	tree, ok := ir.Build(c.Query, e.problem.Joiner(), custard.SQLite)
	if !ok {
		return ""
	}
	text, err := print.SQL(custard.SQLite, tree)
	if err != nil {
		return ""
	}
	return text
}

func (db *database) same(ctx context.Context, gold, text string) bool {
	g := db.run(ctx, gold)
	p := db.run(ctx, text)
	return g.err == nil && p.err == nil && sameRows(g.rows, p.rows, ordered(gold))
}
