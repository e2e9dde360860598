package postgres

import (
	"crypto/rand"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/custard-ai/custard/internal/custard"
)

// A session of the server's that is ours alone is pinned: it is given the settings once, outside a transaction, where each
// statement otherwise has to set them anew (which costs more than a point query). They hold until the session ends,
// because every statement is rolled back and with it whatever a function changed.
//
// A pooler that shares sessions must never be given such settings. A session is ours where the server says the process id
// that it said at log-in: poolers make up one of their own. And every flight on a pinned session begins with a BEGIN that was
// prepared there under a name of chance: on any other session it fails, before anything else has run, and nothing is
// pinned any more.
const (
	// pinnedLife is how long a session with pinned settings is used: the role's search path may have changed.
	pinnedLife = 10 * time.Minute
	// noStatement is invalid_sql_statement_name: there is no prepared statement of this name.
	noStatement = "26000"
)

// pins are a session's.
type pins struct {
	direct  bool          // the session is ours alone
	begin   string        // name of the prepared BEGIN READ ONLY; empty before the settings are pinned
	timeout time.Duration // that is pinned
	since   time.Time
	spoilt  bool // not to be used again
}

func (s *session) pinned() bool { return s.begin != "" }

func (s *session) version() string { return s.pg.ParameterStatus("server_version") }

// recognise reads the answer to the settings: it says which process serves the session.
func (s *session) recognise(rows *pgconn.ResultReader) {
	if !rows.NextRow() {
		return
	}
	if v := rows.Values(); len(v) > 0 {
		s.direct = s.pg.PID() != 0 && string(v[0]) == strconv.FormatUint(uint64(s.pg.PID()), 10)
	}
}

// pin sends the settings for the session's life; readPin reads the answer.
func (s *session) pin(p *pgconn.Pipeline, timeout time.Duration) {
	s.begin, s.timeout, s.since = "custard_"+rand.Text(), timeout, time.Now()
	p.SendPrepare(s.begin, "BEGIN READ ONLY", nil)
	p.SendQueryParams(settings(s.version(), timeout, false, false), nil, nil, nil, nil)
	p.SendPipelineSync()
}

// readPin reads the answers to pin: the statement, the settings, the synchronisation.
func (s *session) readPin(p *pgconn.Pipeline) error {
	for {
		answer, err := p.GetResults()
		if err != nil {
			return err
		}
		switch answer.(type) {
		case *pgconn.PipelineSync:
			return nil
		case nil:
			return custard.Errorf(custard.CodeFailed, "the server gave no answer to a statement")
		}
	}
}

// settings is the statement that sets everything that decides how text is read and written and how long it may take,
// until the transaction ends where it is local, else for the session. The search path is the role's own with the system's functions
// first: nothing that a user has made hides one of them. It is a statement and not a set of start-up parameters, because
// poolers refuse those. Its first column is the server's process.
func settings(version string, timeout time.Duration, own, local bool) string {
	ms := strconv.FormatInt(max(1, timeout.Milliseconds()), 10)
	end := "," + strconv.FormatBool(local) + ")"
	sql := "SELECT pg_backend_pid(),set_config('statement_timeout','" + ms + "'" + end + ",set_config('lock_timeout','" + ms + "'" + end +
		",set_config('idle_in_transaction_session_timeout','60000'" + end +
		",set_config('standard_conforming_strings','on'" + end + ",set_config('DateStyle','ISO,MDY'" + end +
		",set_config('IntervalStyle','postgres'" + end + ",set_config('TimeZone','UTC'" + end +
		",set_config('extra_float_digits','1'" + end + ",set_config('bytea_output','hex'" + end +
		",set_config('search_path',(SELECT concat_ws(',','pg_catalog',string_agg(quote_ident(s),','),'pg_temp')" +
		" FROM unnest(current_schemas(false)) s WHERE s<>'pg_catalog')" + end
	if major(version) >= 14 {
		// The server notices that the client is gone and ends the statement. Only on Linux can it, elsewhere it refuses.
		sql += ",CASE WHEN version() LIKE '%linux%' THEN set_config('client_connection_check_interval','2000'" + end + " END"
	}
	if own { // many rows of the catalogue, none worth compiling a query for
		sql += ",set_config('jit','off'" + end
	}
	if !local { // whatever becomes of BEGIN
		sql += ",set_config('default_transaction_read_only','on',false)"
	}
	return sql
}

// major returns the major version that a server says: 15 of '15.18 (Debian 15.18-0+deb12u1)'.
func major(version string) int {
	n := 0
	for _, c := range version {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}
