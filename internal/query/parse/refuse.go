package parse

import "strings"

// refuseStatement refuses a statement by its first word, where that does not begin a query.
func (p *parser) refuseStatement() {
	switch p.cur.kind {
	case tEOF, ';':
		p.refuse("there is no statement", "Write a query, such as SELECT … FROM ….")
	case '`':
		p.refuse("the statement is fenced as in Markdown", "Leave the ``` lines out.")
	case tBad:
		if strings.HasPrefix(p.src[p.cur.start:], "```") {
			p.refuse("the statement is fenced as in Markdown", "Leave the ``` lines out.")
		}
	case tQuoted:
		if strings.HasPrefix(p.src[p.cur.start:], "```") || strings.HasPrefix(p.src[p.cur.start:], "``") {
			p.refuse("the statement is fenced as in Markdown", "Leave the ``` lines out.")
		}
	}
	switch p.cur.kw {
	case kwSelect, kwWith, kwValues, kwTable:
		return
	case kwFrom:
		if p.d == duck {
			return
		}
		p.refuse("a statement that begins with FROM is not a query here", "Begin with SELECT.")
	}
	if p.cur.kind == '(' {
		return
	}
	p.checkToken()
	word := strings.ToUpper(p.text(p.cur))
	if message, hint := statementRefusal(word); message != "" {
		p.refuse(message, hint)
	}
	if p.cur.kind == tWord {
		hint := "Only a query can run: SELECT, WITH or VALUES. Leave out what is not SQL."
		for _, k := range [...]keyword{kwSelect, kwWith, kwValues} {
			if misspelt(word, k.String()) {
				hint = "Did you mean " + k.String() + " instead of " + p.text(p.cur) + "?"
			}
		}
		p.refuse("a statement cannot begin with "+found(p.text(p.cur)), hint)
	}
}

// statementRefusal says why a statement that begins with a word, in capitals, is refused; empty for other words.
func statementRefusal(word string) (message, hint string) {
	switch word {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT", "TRUNCATE", "COPY", "LOAD", "IMPORT", "EXPORT", "PUT", "GET", "REMOVE", "UNLOAD",
		"HANDLER", "UNDROP":
		return word + " changes data or files; only queries can run", "Write a SELECT."
	case "CREATE", "ALTER", "DROP", "RENAME", "COMMENT", "GRANT", "REVOKE", "REINDEX", "CLUSTER", "REFRESH", "REASSIGN", "SECURITY", "VACUUM",
		"ANALYZE", "ANALYSE", "OPTIMIZE", "REPAIR", "CHECKSUM", "CHECKPOINT", "INSTALL", "UNINSTALL", "FORCE":
		return word + " changes the database; only queries can run", "Write a SELECT; to keep a result, save what it gives."
	case "EXPLAIN":
		return "EXPLAIN is not part of a query", "Write the query alone."
	case "SHOW", "DESCRIBE", "DESC", "PRAGMA", "SUMMARIZE", "LIST", "LS", "HELP":
		return word + " is not a query", "See the tables and columns with custard schema."
	case "SET", "RESET", "USE", "DISCARD", "ATTACH", "DETACH", "FLUSH", "PURGE", "KILL", "SHUTDOWN", "CHANGE", "START", "STOP", "LOCK", "UNLOCK",
		"LISTEN", "NOTIFY", "UNLISTEN", "UNSET", "CACHE":
		return word + " changes the session or the server; only queries can run", "Write a SELECT."
	case "CALL", "DO", "EXECUTE", "EXEC", "PREPARE", "DEALLOCATE", "DECLARE", "FETCH", "MOVE", "CLOSE", "SIGNAL", "XA":
		return word + " runs code; only queries can run", "Write a SELECT."
	case "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "ABORT":
		return word + " is about transactions; every query has its own, read-only one", "Write the query alone."
	case "PIVOT", "UNPIVOT":
		return word + " as a statement is not understood", "Write SELECT … GROUP BY with one CASE for each column."
	}
	return "", ""
}

// refuseHere refuses what begins at the current token where that is known, and is not read-only or not understood on purpose.
func (p *parser) refuseHere() {
	switch p.cur.kw {
	case kwInto:
		p.refuse("INTO would write the result somewhere", "Leave INTO out; the rows are what the query gives.")
	case kwFor:
		after := p.ahead(1)
		switch {
		case p.isWord(after, "UPDATE"), p.isWord(after, "SHARE"):
			p.refuse("FOR "+strings.ToUpper(p.text(after))+" locks rows", "Leave it out; a query only reads.")
		case after.kw == kwNo:
			p.refuse("FOR NO KEY UPDATE locks rows", "Leave it out; a query only reads.")
		case p.isWord(after, "KEY"):
			p.refuse("FOR KEY SHARE locks rows", "Leave it out; a query only reads.")
		case p.isWord(after, "XML"), p.isWord(after, "JSON"), p.isWord(after, "BROWSE"):
			p.fail("FOR "+strings.ToUpper(p.text(after))+" is not understood", "Leave it out; choose the form of the output with --format.")
		}
	case kwLock:
		if p.d == my {
			p.refuse("LOCK IN SHARE MODE locks rows", "Leave it out; a query only reads.")
		}
	case kwProcedure:
		p.refuse("PROCEDURE runs code", "Leave it out.")
	case kwReturning:
		p.refuse("RETURNING belongs to statements that change data", "Write a SELECT.")
	case kwConnect, kwStart, kwBy:
		if p.cur.kw != kwBy || p.toks[max(p.i-1, 0)].kw == kwConnect {
			p.fail("CONNECT BY is not understood", "Write WITH RECURSIVE.")
		}
	case kwPivot, kwUnpivot:
		p.fail(p.cur.kw.String()+" is not understood", "Write one aggregate over a CASE for each column.")
	case kwFrom:
		if p.i > 0 && p.isWord(p.toks[p.i-1], "DELETE") {
			p.refuse("DELETE changes data; only queries can run", "Write a SELECT.")
		}
	}
	switch p.cur.kind {
	case tOp:
		if p.isOp(":=") {
			p.refuse("a query cannot assign a variable", "Write the value itself, or a window function.")
		}
		if p.d == snow && p.isOp("->>") {
			p.refuse("->> chains statements", "Write one query.")
		}
	case tWord:
		switch strings.ToUpper(p.text(p.cur)) {
		case "INSERT", "UPDATE", "DELETE", "MERGE":
			p.refuse(p.upper()+" changes data; only queries can run", "Write a SELECT.")
		case "SET":
			p.refuse("SET changes data; only queries can run", "Write a SELECT.")
		}
	}
}

// refuseParam refuses a place for a value that is given elsewhere.
func (p *parser) refuseParam() {
	text := p.text(p.cur)
	switch {
	case p.d == snow && strings.HasPrefix(text, "@"):
		p.refuse("a stage cannot be read", "Query a table.")
	case strings.HasPrefix(text, "@@"):
		p.refuse("a server variable cannot be read", "Leave "+text+" out.")
	case strings.HasPrefix(text, "@"):
		p.refuse("a variable has no value here", "Write the value itself instead of "+text+".")
	}
	p.refuse("a parameter has no value here", "Write the value itself instead of "+text+".")
}
