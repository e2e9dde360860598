package index_test

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	ix := index.New(&custard.Schema{Tables: []*custard.Table{{Name: "trips", Columns: []*custard.Column{
		column("Milliseconds", custard.TypeInt), column("distance_km", custard.TypeInt), column("delay_min", custard.TypeInt),
		column("fare_cents", custard.TypeInt), column("stops", custard.TypeInt), column("built_on", custard.TypeDate),
	}}}})
	trips := ix.Table("", "trips")
	for _, c := range []struct{ question, column, want string }{
		{"trips longer than 5 minutes", "Milliseconds", "300000"},
		{"trips longer than two and a half", "Milliseconds", "2"},
		{"trips delayed by more than 2 hours", "delay_min", "120"},
		{"trips delayed by more than 45 minutes", "delay_min", "45"},
		{"trips over 1,500 metres", "distance_km", "1.5"},
		{"trips that cost more than 20 dollars", "fare_cents", "2000"},
		{"trips that cost more than 20 dollars", "stops", "20"},
		{"trips with 3 minutes", "distance_km", "3"},
	} {
		if got := ix.Read(c.question, nil).Numbers[0].In(trips.Column(c.column)); got != c.want {
			t.Errorf("%q for %s: %s, want %s", c.question, c.column, got, c.want)
		}
	}
	for q, want := range map[string]int{"the oldest trip": -1, "the newest trip": 1, "the earliest trip": -1, "the latest trip": 1} {
		m := ix.Read(q, nil)
		if got := m.Cues[0].DirFor(trips.Column("built_on")); got != want {
			t.Errorf("%q sorts %d by a date, want %d", q, got, want)
		}
	}
}
