package cli

import "time"

// now returns what 'today' means: the flag's date, else the configuration's (CUSTARD_NOW), else the zero time for the clock.
func (a *app) now(flag string) (time.Time, error) {
	cfg, err := a.config()
	if err != nil {
		return time.Time{}, err
	}
	text, origin := flag, "--now"
	if text == "" && !a.today.IsZero() {
		return a.today, nil
	}
	if text == "" {
		if text, origin = cfg.Now, cfg.From("now"); text == "" {
			return time.Time{}, nil
		}
	}
	for _, layout := range [...]string{time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			a.today = t
			return t, nil
		}
	}
	return time.Time{}, usagef("Write it as 2026-01-31 or 2026-01-31T12:00:00Z.", "%s: %q is no date", origin, text)
}
