// Package core is the statistical part of the engine. It scores sketches (shapes of queries) by a question's words and
// mentions, fills the best sketches with columns and values by a beam search over scored choices, joins the tables, and
// ranks the candidates by boosted trees that also give the confidence.
//
// Training and answering run the same code: Problem.Follow gives the choices along a known query, Problem.Search the
// candidates for an unknown one.
package core
