// Package model is the Translator that asks a language model. It writes the prompt, reads the answer, and leaves the rest
// to the pipeline: whatever a model writes is text that is parsed, checked against the schema, planned and printed again
// before a database sees it, and comes back here with the precise error where it fails.
//
// What goes into a prompt: the rules, notes on the dialect, the part of the schema that the question is about (package
// focus), what the team has written about it, the conversation's questions and queries, today's date, the question. Never a
// row: only where a connection says so, the values that words of the question itself are in full. Hidden tables and columns
// are not there, masked columns only by name. Everything that others wrote stands between random marks and is named as data.
//
// Where the method comes from: the prompt's form from "Text-to-SQL Empowered by Large Language Models" (DAIL-SQL, Gao et al.,
// 2023, arXiv:2308.15363), which also picks examples by likeness; a plan in words before the query as in DIN-SQL
// (Pourreza and Rafiei, 2023, arXiv:2304.11015); repair with the error from "Teaching Large Language Models to Self-Debug"
// (Chen et al., 2023, arXiv:2304.05128); several candidates whose results vote from "Self-Consistency Improves Chain of
// Thought Reasoning" (Wang et al., 2022, arXiv:2203.11171) and "Natural Language to Code Translation with Execution" (Shi
// et al., 2022, arXiv:2204.11454).
package model
