package httpapi

// rateClass says how dear a route is to those who use it too often.
type rateClass int

// The classes.
const (
	rateNormal rateClass = iota // counted against the caller's account and organisation
	rateCostly                  // public and dear: passwords are hashed, mails are sent; few a minute for an address
	rateQuery                   // a question or a statement
)
