// Package suites holds hand-written questions that measure the built-in engine as people meet it: through the pipeline, on
// databases that nothing was tuned for. Four are invented and built by their tests from the scripts in testdata; Chinook
// and Northwind are used where they lie beside the repository.
//
// A suite is a file of JSON lines, each a question with the query that answers it and, where people would accept other
// answers as well, those. Run the suites with -v for the tables; CUSTARD_SUITES_OUT=FILE writes what went wrong.
package suites
