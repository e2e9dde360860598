// Package custard is the domain: what a question, a schema, a row, an answer and an error are, and the
// services that the programs are made of. It imports the standard library alone, so that every other package
// may import it.
//
// Three services have two implementations each, one in this process and one across the network:
//
//   - [Asker]: a question in, a stream of events out.
//   - [Source]: schema, values, plan and rows of one database.
//   - [Catalog]: connections and history of one organisation.
package custard
