package builtin

import (
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// workWord says whether a question has a word that only questions at work have, and that names nothing in the schema: periods, shares,
// running totals, churn. Where a question has one, the analytic grammar reads it before the statistical core does.
func workWord(ms *index.Mentions) bool {
	for i, t := range ms.Tokens {
		if t.Quoted || exactColumn(ms, i) {
			continue
		}
		next := ""
		if i+1 < len(ms.Tokens) {
			next = ms.Tokens[i+1].Lower
		}
		switch t.Lower {
		case "yesterday", "today", "tomorrow", "ytd", "mtd", "qtd", "q1", "q2", "q3", "q4", "ago", "daily", "weekly", "monthly", "quarterly", "yearly",
			"annually", "cumulative", "cumulatively", "rolling", "median", "percentile", "quartile", "decile", "cohort", "cohorts", "churn", "churned",
			"retention", "growth", "revenue", "turnover", "sales", "returning", "histogram", "trend", "trends", "breakdown",
			"duplicate", "duplicates", "duplicated", "orphan", "orphans", "orphaned", "ratio", "weekday", "weekdays", "weekend", "weekends", "inactive", "dormant",
			"share", "percent", "percentage", "proportion", "spending", "spent", "spend", "margin", "profit":
			return true
		case "running", "moving":
			if next == "total" || next == "average" || next == "sum" || next == "count" || next == "mean" {
				return true
			}
		case "last", "this", "past", "previous", "next", "current", "per", "by", "each", "every", "same":
			if period(next) {
				return true
			}
			if i+2 < len(ms.Tokens) && ms.Tokens[i+1].Lower[0] >= '0' && ms.Tokens[i+1].Lower[0] <= '9' && period(ms.Tokens[i+2].Lower) {
				return true
			}
		case "year", "month", "quarter", "week":
			if next == "to" || next == "over" || next == "on" || next == "by" {
				return true
			}
		case "over":
			if next == "time" {
				return true
			}
		case "compared", "versus", "vs":
			return true
		}
	}
	return false
}

func period(w string) bool {
	switch w {
	case "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "year", "years", "hour", "hours", "decade":
		return true
	}
	return false
}

// exactColumn says whether a token belongs to a column's or a table's whole name.
func exactColumn(ms *index.Mentions, token int) bool {
	for _, l := range ms.Links {
		if l.Span.Covers(token) && l.Exact {
			return true
		}
	}
	return false
}
