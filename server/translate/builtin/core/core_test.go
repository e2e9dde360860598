package core

import (
	"slices"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/internal/query/parse"
	"github.com/custard-ai/custard/server/translate/builtin/index"
	"github.com/custard-ai/custard/server/translate/builtin/ir"
)

func column(name string, t custard.Type) *custard.Column { return &custard.Column{Name: name, Type: t} }

func zoo() *index.Index {
	return index.New(&custard.Schema{Dialect: custard.SQLite, Tables: []*custard.Table{
		{Name: "keeper", PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("first_name", custard.TypeText), column("last_name", custard.TypeText), column("hired", custard.TypeDate),
		}},
		{Name: "animal", PrimaryKey: []string{"id"}, Columns: []*custard.Column{
			column("id", custard.TypeInt), column("name", custard.TypeText), column("species", custard.TypeText), column("weight", custard.TypeInt), column("keeper_id", custard.TypeInt),
		}, ForeignKeys: []custard.ForeignKey{{Columns: []string{"keeper_id"}, RefTable: "keeper", RefColumns: []string{"id"}}}},
	}})
}

func form(t *testing.T, ix *index.Index, sql string) *ir.Query {
	t.Helper()
	tree, err := parse.Parse(custard.SQLite, sql)
	if err != nil {
		t.Fatal(err)
	}
	q, ok := ir.Extract(tree, ix)
	if !ok {
		t.Fatalf("%s is not in the form", sql)
	}
	return q
}

func TestSketchIsTheShape(t *testing.T) {
	t.Parallel()
	ix := zoo()
	for sql, want := range map[string]string{
		`SELECT name FROM animal`:                                                                       `S1`,
		`SELECT count(*), species FROM animal GROUP BY species`:                                         `S1,count* G1`,
		`SELECT name FROM animal WHERE weight > 5 AND species = 'yak' ORDER BY weight`:                  `S1 W[cmp&eq] O[c;]`,
		`SELECT name FROM animal WHERE weight > (SELECT avg(weight) FROM animal)`:                       `S1 W[sub(S0,avg)]`,
		`SELECT id FROM keeper EXCEPT SELECT keeper_id FROM animal`:                                     `S1 EXCEPT(S1)`,
		`SELECT name FROM animal WHERE weight < 1 UNION SELECT name FROM animal WHERE id = 2`:           `S1 W[cmp] UNION=(S0 W[eq])`,
		`SELECT max(weight), min(weight) FROM animal`:                                                   `S0,min,max`,
		`SELECT species FROM animal GROUP BY species HAVING count(*) > 2 ORDER BY species DESC LIMIT 3`: `S1 G1 H[count*cmp] O[c;] L2`,
	} {
		s, ok := SketchOf(form(t, ix, sql))
		if !ok || s.Key() != want {
			t.Errorf("%s: %s, want %s", sql, s.Key(), want)
		}
	}
}

// TestFollowAndAssemble takes known queries apart into choices and puts them together again.
func TestFollowAndAssemble(t *testing.T) {
	t.Parallel()
	ix := zoo()
	for _, c := range []struct{ question, sql string }{
		{"Show the names of animals heavier than 500.", `SELECT name FROM animal WHERE weight > 500`},
		{"For each species, show the number of animals.", `SELECT species, count(*) FROM animal GROUP BY species`},
		{"Which keepers have no animals? Give their last names.", `SELECT last_name FROM keeper WHERE id NOT IN (SELECT keeper_id FROM animal)`},
		{"Show the names of animals with weight between 3 and 9.", `SELECT name FROM animal WHERE weight BETWEEN 3 AND 9`},
		{"What are the 3 heaviest animals?", `SELECT name FROM animal ORDER BY weight DESC LIMIT 3`},
		{`Show the animals whose name contains "oo".`, `SELECT name FROM animal WHERE name LIKE '%oo%'`},
	} {
		p := NewProblem(ix, ix.Read(c.question, nil))
		q := p.Order(form(t, ix, c.sql))
		s, ok := SketchOf(q)
		if !ok {
			t.Fatalf("%s has no sketch", c.sql)
		}
		if _, whole := p.Follow(s, q); !whole {
			t.Errorf("%s: a choice is missing", c.question)
		}
		pl := newPlan(s)
		st := &state{picks: make([]*choice, len(pl.slots))}
		for k, g := range pl.disassemble(q) {
			for _, ch := range p.choices(pl, st, k, nil) {
				if ch.matches(&g, pl.slots[k].role) {
					st.picks[k] = &ch
					break
				}
			}
		}
		if slices.Contains(st.picks, nil) {
			continue
		}
		if got := pl.assemble(st).Key(); got != q.Key() {
			t.Errorf("%s: assembled %s, want %s", c.question, got, q.Key())
		}
	}
}

func TestTrainedModelSurvivesItsFile(t *testing.T) {
	t.Parallel()
	ix := zoo()
	s, _ := SketchOf(form(t, ix, `SELECT name FROM animal`))
	m := NewModel([]*Sketch{s})
	m.Slots[7], m.Slots[1<<Bits-1], m.Shapes[0] = 1.5, -0.75, 0.3
	m.Trees = &Forest{Base: 0.5, Trees: []Tree{{Feature: []int16{0, -1, -1}, Split: []float32{2, -1, 1}, Left: []int16{1, 0, 0}, Right: []int16{2, 0, 0}}}}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	near := func(a, b float32) bool { return a-b < 0.02 && b-a < 0.02 }
	if !near(got.Slots[7], 1.5) || !near(got.Slots[1<<Bits-1], -0.75) || !near(got.Shapes[0], 0.3) || got.Slots[8] != 0 {
		t.Errorf("weights: %g %g %g", got.Slots[7], got.Slots[1<<Bits-1], got.Shapes[0])
	}
	if got.Sketches[0].Key() != "S1" || got.Trees.Score([]float32{3}) != 1.5 || got.Trees.Score([]float32{1}) != -0.5 {
		t.Error("sketches or trees differ")
	}
	if _, err := Decode(data[:len(data)/2]); err == nil {
		t.Error("half a file is no model")
	}
}

func TestLongerValuesShadowShorter(t *testing.T) {
	t.Parallel()
	ix := zoo()
	match := func(col, value string, start, end int, score float64) custard.ValueMatch {
		return custard.ValueMatch{Table: "keeper", Column: col, Value: value, Start: start, End: end, Score: score}
	}
	texts := func(p *Problem) (out []string) {
		for i := range p.values {
			if p.values[i].source == fromDatabase {
				out = append(out, p.values[i].text)
			}
		}
		return out
	}
	p := NewProblem(ix, ix.Read("animals of Van Dyke", []custard.ValueMatch{match("last_name", "Van Dyke", 11, 19, 1), match("first_name", "Van", 11, 14, 1)}))
	if got := texts(p); !slices.Equal(got, []string{"Van Dyke"}) {
		t.Errorf("values %q", got)
	}
	p = NewProblem(ix, ix.Read("animals of Bo Ek", []custard.ValueMatch{match("first_name", "Bo", 11, 13, 1), match("last_name", "Ek", 14, 16, 1)}))
	if got := texts(p); len(got) != 2 {
		t.Errorf("a first and a last name: %q", got)
	}
}

// TestSelectUse tells what is selected and not asked for from what is asked for and not selected.
func TestSelectUse(t *testing.T) {
	t.Parallel()
	ix := zoo()
	const said, unsaid, keys, left = 0, 1, 4, 10
	for _, c := range []struct {
		question, sql            string
		said, unsaid, keys, left float64
	}{
		{"Show the name and the species of animals with weight 5.", `SELECT name, species FROM animal`, 2, 0, 0, 0},
		{"Show the name and the species of animals with weight 5.", `SELECT species FROM animal`, 1, 0, 0, 1},
		{"Show the name and the species of animals with weight 5.", `SELECT name, species, weight FROM animal`, 2, 1, 0, 0},
		{"Show the name of each animal.", `SELECT id FROM animal`, 0, 1, 1, 1},
		{"Which animals weigh more than 5? Show their name.", `SELECT name FROM animal`, 1, 0, 0, 0},
	} {
		p := NewProblem(ix, ix.Read(c.question, nil))
		got := p.selectUse(form(t, ix, c.sql), p.head())
		if got[said] != c.said || got[unsaid] != c.unsaid || got[keys] != c.keys || got[left] != c.left {
			t.Errorf("%s %s: said %v, unsaid %v, keys %v, left %v", c.question, c.sql, got[said], got[unsaid], got[keys], got[left])
		}
	}
}
