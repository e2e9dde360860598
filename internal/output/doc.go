// Package output writes the rows of an answer: as a table, JSON, newline-delimited JSON, CSV, TSV, Markdown, records one
// above the other, or a chart for the terminal.
//
// Formats for programs (json, ndjson, csv, tsv) go from the cells' bytes to the output's bytes, one row after the other,
// in constant memory. Formats for people (table, markdown, vertical) look at the first rows to choose the widths of
// columns, then stream too. In those, and wherever output goes to a terminal, a cell cannot send the terminal anything:
// control characters and escapes are shown instead.
//
// # What the formats hold
//
//   - json: one object with the fields of [Answer]; the rows are arrays, one a line. Types: see [Answer].
//   - ndjson: one object a row, keyed by column; the second column called name is name_2.
//   - csv: RFC 4180 with a header, but lines end in LF. NULL is an empty cell and empty text is "", as PostgreSQL's COPY
//     writes them; a row of one NULL alone is "" too, because readers skip empty lines.
//   - tsv: a header; backslash, tab, newline and carriage return within a cell are \\, \t, \n and \r; NULL is empty.
//   - markdown: a table whose cells render as the text that they are.
//   - table and vertical: for people; not for parsing.
package output
