package cli

import "github.com/spf13/cobra"

// newTopics returns pages of help that are no commands: `custard help formats`.
func newTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "databases", Short: "which databases, and which one is asked", Long: topicDatabases},
		{Use: "formats", Short: "the formats of results", Long: topicFormats},
		{Use: "exit-codes", Short: "what the program ends with", Long: topicExitCodes},
		{Use: "assertions", Short: "--expect and --fail-empty, for CI", Long: topicAssertions},
		{Use: "models", Short: "language models: which, their keys, and what they are told", Long: topicModels},
		{Use: "configuration", Short: "files, variables and profiles", Long: topicConfiguration},
	}
}

const topicDatabases = `Databases

--db takes the database for one question:

  postgres://user@host:5432/database   PostgreSQL (Supabase too)
  sqlite:path/to/file                  SQLite
  file.db, file.sqlite                 SQLite

--demo asks the sample shop. -c NAME asks a connection that was kept with 'custard connections add'.
Without any of them: the configured connection (custard.yaml, CUSTARD_CONNECTION, CUSTARD_DB), else the one
that was last chosen with 'custard connections use', else the only local one, else the server's only one.

A name is looked up among the local connections first, then, where you are signed in (custard login, or an API
key in CUSTARD_TOKEN), at the server. A hosted connection whose name a local one has is asked by its id, or with
--server, which looks at the server alone.

Which server: --server, CUSTARD_SERVER or 'server' in your own config.yaml, else the one that the profile signed in
to last. A hosted database keeps its address and password with its agent; the server never has them.

Passwords. Leave them out of the address: PostgreSQL's PGPASSWORD and ~/.pgpass are read, and nothing is kept.
An address with a password can be kept; it then lies in a file that only you may read, and is never printed.

Custard only reads. Give it a role that may only read as well: 'custard connections test' says what the role
may do beyond that, and the statements that make a proper one.`

const topicFormats = `Formats

  table      for people: fits the terminal, clips with …, shows NULL. Elsewhere plain columns, nothing clipped
  json       one object: the question, the query, the columns, the rows, the answer, what was assumed
  ndjson     one object a row, keyed by column; a second column called 'name' is 'name_2'
  csv        RFC 4180 with a header and LF line ends. NULL is an empty cell, empty text is ""
  tsv        a header; \t \n \r and \\ within cells. NULL is empty
  markdown   a table to paste
  vertical   one column a line, for wide rows; nothing is clipped

On a terminal the default is table, elsewhere table without boxes and colours.

JSON values: bool, int and float as they are, but integers past 2^53, NaN and the infinities as strings; decimal
as a string, exact; timestamp in RFC 3339 (one without a zone as UTC); bytes in base64; json embedded; arrays
as arrays; NULL as null. If a statement fails midway, the rows so far are closed and "error" is added.

CSV cells that a spreadsheet would run as a formula stay as they are, unless --csv-safe.

json, ndjson, csv and tsv are streamed: with --limit 0 a million rows take no more memory than ten.`

const topicExitCodes = `Exit codes

    0  answered
    1  failed: the database or the engine answered with an error
    2  wrong usage: flags, arguments, configuration, or no database chosen
    3  refused: the query would not be read-only, is not understood, or a policy forbids it
    4  not signed in, or not allowed
    5  database, agent, server or model not reachable
    6  an assertion (--expect, --fail-empty) did not hold
    7  no answer: the question is ambiguous (the readings are printed) or this schema cannot answer it
  124  timed out
  130  interrupted; the statement was cancelled at the database first

Standard output carries data alone; everything else goes to standard error. With -o json an error is also an
object on standard output: {"error":{"code":"…","message":"…","hint":"…"}}.`

const topicAssertions = `Assertions

  --fail-empty          exit 6 where there are no rows
  --expect 'rows > 0'   exit 6 where this does not hold; may be given several times

An expectation is a name, an operator (= != < <= > >=) and a value:

  rows       the number of rows
  value      the first cell of the first row
  NAME       a column; it must hold in every row. "rows", in double quotes, is a column of that name

The value is a number, a text in single quotes (dates compare as text), or null (with = and != alone).
NULL satisfies no comparison but '!= …' with a value and '= null'.

  custard ask -c prod "orders without a customer" --expect 'rows = 0'
  custard sql "select max(age) from jobs" --expect 'value < 100'
  custard sql "select name, stock from products" --expect 'stock >= 0' -o csv`

const topicModels = `Language models

--engine says what writes the query: builtin, which needs no network, or a model by SERVICE/MODEL:

  openai/gpt-4.1   anthropic/claude-sonnet-4-5   ollama/llama3.2   openrouter/… groq/… azure/DEPLOYMENT …

After a comma, what is asked where the one before does not answer: --engine openai/gpt-4.1,ollama/llama3.2,builtin.
The answer says which it was. 'custard config set engine NAME' makes it the default; 'custard doctor' asks whether
it can be reached.

Keys come from OPENAI_API_KEY, ANTHROPIC_API_KEY and so on, or from model_key in your own config.yaml. An address of
your own: OPENAI_BASE_URL and so on, or model_url.

What a model is told: the part of the schema that the question is about, the conversation's questions and queries,
today's date, the question. Never a row. With share_values also how values are spelled that the question itself
names; with share_results also what comes from rows, such as values in the database's errors.

What a model writes is parsed, checked and printed again like anything else: it cannot change data, and a name that
it made up does not reach the database. What fails goes back to it with the error, at most twice.

--candidates N lets it write N queries, runs them on a few rows, and takes the result that most agree on.`

const topicConfiguration = `Configuration

The first that says something wins:

  a flag                          --limit 10
  the environment                 CUSTARD_LIMIT=10
  the project's custard.yaml      the nearest, walking up from the working directory
  your own config.yaml            'custard config path' says where it lies

  # custard.yaml
  connection: shop
  limit: 500
  profiles:
    nightly:
      output: json
      timeout: 10m

'custard config list' shows every setting, its value, and where it comes from. A profile is chosen with
--profile or CUSTARD_PROFILE. A project's file may not set pager, server, insecure_http or log_file, and a file that belongs to
another user is passed over.

CUSTARD_TOKEN holds an API key of a server, and beats a login. A login lies in the system's keyring, else in
logins.json beside config.yaml, which only you may read. Passwords and tokens go to a server over https, and over
http to this machine alone, unless insecure_http says otherwise.

Folders: CUSTARD_HOME keeps everything below one folder; else XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_CACHE_HOME
are honoured, else the system's own places are used.`
