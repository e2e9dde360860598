package all_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/custard-ai/custard/agent/connector"
	"github.com/custard-ai/custard/agent/connector/all"
	"github.com/custard-ai/custard/internal/custard"
)

func TestOpenSaysWhatIsSupported(t *testing.T) {
	t.Parallel()
	for dsn, says := range map[string]string{
		"mysql://root:secret@h/d":        "cannot open mysql databases yet",
		"mongodb+srv://root:secret@h/d":  "cannot open mongodb databases yet",
		"snowflake://u:secret@account/d": "cannot open snowflake databases yet",
		"oracle://u:secret@h/d":          "oracle",
		"u:secret@h/d":                   "not a database",
		"no-such-file":                   "neither",
		"":                               "no database is named",
	} {
		_, _, err := all.Open(t.Context(), dsn, connector.Options{})
		e := custard.AsError(err)
		if e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Message, says) || !strings.Contains(e.Hint, "postgres://") {
			t.Errorf("%q: %v (%+v)", dsn, err, e)
			continue
		}
		if strings.Contains(e.Message+e.Hint, "secret") {
			t.Errorf("%q: the message holds the password: %s", dsn, e.Message)
		}
	}
	seen := map[string]bool{}
	var dialects []custard.Dialect
	for _, d := range all.Drivers() {
		dialects = append(dialects, d.Dialect())
		if seen[d.Name()] || !d.Dialect().Valid() {
			t.Errorf("%s is listed twice, or has no dialect", d.Name())
		}
		seen[d.Name()] = true
	}
	slices.Sort(dialects)
	if served := slices.Sorted(slices.Values(custard.Served())); !slices.Equal(slices.Compact(dialects), served) {
		t.Errorf("there are connectors for %v, and custard.Served says %v", dialects, served)
	}
}
