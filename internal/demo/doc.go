// Package demo makes the sample database: a shop of twenty-three tables and some hundred thousand rows in one SQLite
// file, so that Custard answers questions on a fresh machine before anybody has connected anything.
//
// The data is made up, by a generator with a fixed seed: the same day gives the same rows on every machine. It reads
// like a real shop's books: growth over three years, busier weekends, a Christmas season and Black Friday, a day on
// which the shop was down, customers who never ordered, products that never sold, returns and refunds, unshipped
// orders, missing phone numbers, duplicate e-mail addresses, names with apostrophes, accents and other scripts, and a
// customer whose surname is Null.
package demo
