package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
	"github.com/custard-ai/custard/server/catalog"
)

const (
	usageDays    = 30  // where a request does not say since when
	maxUsageDays = 400 // of one answer
)

// usageBody is what models took.
type usageBody struct {
	From  string             `json:"from" doc:"The first day (UTC) that counts."`
	To    string             `json:"to" doc:"The last."`
	Items []catalog.UsageSum `json:"items" doc:"By day the newest first, else what took most first. usd holds what has a known price."`
	Total catalog.UsageSum   `json:"total"`
}

func (a *API) usageRoutes() []route {
	return []route{{
		method: http.MethodGet, pattern: "/org/usage", access: from(auth.RoleAdmin, auth.ScopeManage), handle: a.settled(a.showUsage),
		doc: operation{
			id: "showUsage", tag: "organisation", summary: "Sum up what language models took",
			detail: "Tokens and cost of all questions that asked a model, repairs and failures included. It outlives the history.",
			query: []param{
				{name: "from", kind: "", text: "The first day, such as 2026-01-31; 30 days back where it is left out."},
				{name: "to", kind: "", text: "The last day; today where it is left out."},
				{name: "by", kind: "", text: "What to sum up by, with commas between: day, engine, user. engine where it is left out."},
			},
			answers: ok(usageBody{}, "The sums."),
		},
	}}
}

func (a *API) showUsage(c *call) error {
	if a.cfg.Usage == nil {
		return custard.Errorf(custard.CodeNotFound, "this server sums up no usage")
	}
	today := c.now().UTC().Truncate(24 * time.Hour)
	to, err := c.day("to", today)
	if err != nil {
		return err
	}
	since, err := c.day("from", to.AddDate(0, 0, 1-usageDays))
	if err != nil {
		return err
	}
	if since.After(to) || to.Sub(since) > maxUsageDays*24*time.Hour {
		return custard.Errorf(custard.CodeUsage, "from is after to, or more than %d days before it", maxUsageDays).WithHint("Ask for less.")
	}
	by := catalog.UsageBy{}
	text := c.r.URL.Query().Get("by")
	if text == "" {
		text = "engine"
	}
	for one := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(one) {
		case "day":
			by.Day = true
		case "engine":
			by.Engine = true
		case "user":
			by.User = true
		default:
			return custard.Errorf(custard.CodeUsage, "by is %q", clip(text)).WithHint("It is day, engine or user, or several with commas between.")
		}
	}
	items, err := a.cfg.Usage.ModelUsage(c.ctx(), c.who.Org, since, to, by)
	if err != nil {
		return err
	}
	out := usageBody{From: since.Format(time.DateOnly), To: to.Format(time.DateOnly), Items: items}
	for _, s := range items {
		out.Total.Questions += s.Questions
		out.Total.Usage = *out.Total.Add(&s.Usage)
	}
	return c.reply(http.StatusOK, out)
}

// day returns the day that a parameter names, or standard where there is none.
func (c *call) day(name string, standard time.Time) (time.Time, error) {
	text := c.r.URL.Query().Get(name)
	if text == "" {
		return standard, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, custard.Errorf(custard.CodeUsage, "%s is %q", name, clip(text)).WithHint("It must be a day such as 2026-01-31.")
	}
	return t, nil
}
