package sqlite

import (
	"strings"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	lib "modernc.org/sqlite/lib"

	"github.com/custard-ai/custard/internal/custard"
)

// handle is one SQLite connection. It is used by one goroutine at a time; stop alone may be called from any.
type handle struct {
	tls   *libc.TLS
	db    uintptr // sqlite3*
	state uintptr // *handleState, in C memory so that SQLite's callbacks can reach it
}

// handleState is what the callbacks of a connection read and write.
type handleState struct {
	stopped   atomic.Int32 // set by stop: the progress handler ends the statement
	discovery int32        // set while discovery runs: the authorizer allows the schema pragmas
	denied    int32        // the action that the authorizer denied last
}

// Limits of a connection. SQLite's own are generous enough to exhaust a machine.
const (
	limitSQL      = 256 << 10 // bytes of a statement; package parse takes 16 KiB
	limitDepth    = 200
	limitColumns  = 2000 // SQLite's own
	limitCompound = 200
	limitOps      = 200_000
	limitPattern  = 1000
	progressOps   = 2000 // virtual machine steps between two looks at stopped: some 20 µs
	busyMillis    = 2000
	cacheKiB      = 8 << 10
)

// open opens a file read-only and takes away everything that a reader does not need.
func open(path string, maxCell int64) (*handle, error) {
	memoryLimited()
	h := &handle{tls: libc.NewTLS()}
	h.state = libc.Xcalloc(h.tls, 1, types.Size_t(unsafe.Sizeof(handleState{})))
	if h.state == 0 {
		h.tls.Close()
		return nil, errNoMemory()
	}
	name, err := libc.CString(path)
	if err != nil {
		h.close()
		return nil, errNoMemory()
	}
	defer libc.Xfree(h.tls, name)
	out := h.tls.Alloc(8)
	defer h.tls.Free(8)
	// Without SQLITE_OPEN_URI a name is a path and nothing else. A connection is used by one goroutine at a time.
	rc := lib.Xsqlite3_open_v2(h.tls, name, out, lib.SQLITE_OPEN_READONLY|lib.SQLITE_OPEN_NOMUTEX, 0)
	h.db = *(*uintptr)(pointer(out))
	if rc != lib.SQLITE_OK {
		err := h.errorOf(rc)
		h.close()
		return nil, err
	}
	h.setMemoryLimit()
	lib.Xsqlite3_extended_result_codes(h.tls, h.db, 1)
	for _, o := range [...]struct{ op, on int32 }{
		{lib.SQLITE_DBCONFIG_DEFENSIVE, 1},
		{lib.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{lib.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{lib.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{lib.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
		{lib.SQLITE_DBCONFIG_DQS_DML, 0}, // a column that is gone is an error, not a string
	} {
		args := libc.NewVaList(o.on, uintptr(0))
		rc := lib.Xsqlite3_db_config(h.tls, h.db, o.op, args)
		libc.Xfree(h.tls, args)
		if rc != lib.SQLITE_OK {
			err := h.errorOf(rc)
			h.close()
			return nil, err
		}
	}
	for _, l := range [...]struct{ id, max int32 }{
		{lib.SQLITE_LIMIT_LENGTH, int32(min(2*maxCell+(1<<20), 1<<30))}, // of a value, and of a whole row
		{lib.SQLITE_LIMIT_SQL_LENGTH, limitSQL},
		{lib.SQLITE_LIMIT_EXPR_DEPTH, limitDepth},
		{lib.SQLITE_LIMIT_COLUMN, limitColumns},
		{lib.SQLITE_LIMIT_COMPOUND_SELECT, limitCompound},
		{lib.SQLITE_LIMIT_VDBE_OP, limitOps},
		{lib.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, limitPattern},
		{lib.SQLITE_LIMIT_ATTACHED, 0},
		{lib.SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{lib.SQLITE_LIMIT_WORKER_THREADS, 0},
	} {
		lib.Xsqlite3_limit(h.tls, h.db, l.id, l.max)
	}
	lib.Xsqlite3_busy_timeout(h.tls, h.db, busyMillis)
	lib.Xsqlite3_progress_handler(h.tls, h.db, progressOps, funcPointer(progress), h.state)
	if err := h.exec("PRAGMA query_only=1", "PRAGMA cell_size_check=1", "PRAGMA temp_store=2"); err != nil {
		h.close()
		return nil, err
	}
	if rc := lib.Xsqlite3_set_authorizer(h.tls, h.db, funcPointer(authorize), h.state); rc != lib.SQLITE_OK {
		err := h.errorOf(rc)
		h.close()
		return nil, err
	}
	if err := h.boundFunctions(); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// close frees the connection. Its statements must have been finalised.
func (h *handle) close() {
	if h.tls == nil {
		return
	}
	if h.db != 0 {
		lib.Xsqlite3_close_v2(h.tls, h.db)
	}
	if h.state != 0 {
		libc.Xfree(h.tls, h.state)
	}
	h.tls.Close()
	h.tls, h.db, h.state = nil, 0, 0
}

func (h *handle) stateOf() *handleState { return (*handleState)(pointer(h.state)) }

// stop ends the running statement with SQLITE_INTERRUPT. It may be called from any goroutine while the handle is open.
func (h *handle) stop() {
	h.stateOf().stopped.Store(1)
	tls := libc.NewTLS() // a TLS belongs to one goroutine, and h.tls is at work
	lib.Xsqlite3_interrupt(tls, h.db)
	tls.Close()
}

// arm makes the handle ready for the next statement.
func (h *handle) arm() { h.stateOf().stopped.Store(0) }

// discover runs f while the schema pragmas are allowed.
func (h *handle) discover(f func() error) error {
	s := h.stateOf()
	s.discovery = 1
	defer func() { s.discovery = 0 }()
	return f()
}

// progress is SQLite's progress handler: not zero ends the statement.
func progress(_ *libc.TLS, state uintptr) int32 {
	return (*handleState)(pointer(state)).stopped.Load()
}

// statement is a prepared statement.
type statement struct {
	h *handle
	p uintptr // sqlite3_stmt*
}

// prepare compiles exactly one read-only statement.
func (h *handle) prepare(sql string) (*statement, error) {
	if strings.IndexByte(sql, 0) >= 0 {
		return nil, custard.Errorf(custard.CodeSyntax, "the statement holds a NUL byte")
	}
	text, err := libc.CString(sql)
	if err != nil {
		return nil, errNoMemory()
	}
	defer libc.Xfree(h.tls, text)
	out := h.tls.Alloc(16)
	defer h.tls.Free(16)
	h.stateOf().denied = 0
	if rc := lib.Xsqlite3_prepare_v2(h.tls, h.db, text, int32(len(sql)+1), out, out+8); rc != lib.SQLITE_OK {
		return nil, h.errorOf(rc)
	}
	s := &statement{h: h, p: *(*uintptr)(pointer(out))}
	rest := sql[*(*uintptr)(pointer(out + 8))-text:]
	switch {
	case s.p == 0:
		return nil, custard.Errorf(custard.CodeSyntax, "there is no statement in the text")
	case strings.Trim(rest, "; \t\r\n") != "":
		s.finalize()
		return nil, custard.Errorf(custard.CodeRefused, "only one statement at a time is run").WithHint("Send the statements one by one.")
	case lib.Xsqlite3_stmt_readonly(h.tls, s.p) == 0:
		s.finalize()
		return nil, custard.Errorf(custard.CodeRefused, "the statement would write")
	}
	return s, nil
}

// step goes to the next row; false after the last.
func (s *statement) step() (bool, error) {
	switch rc := lib.Xsqlite3_step(s.h.tls, s.p); rc {
	case lib.SQLITE_ROW:
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	default:
		return false, s.h.errorOf(rc)
	}
}

func (s *statement) finalize() {
	if s.p != 0 {
		lib.Xsqlite3_finalize(s.h.tls, s.p)
		s.p = 0
	}
}

func (s *statement) width() int { return int(lib.Xsqlite3_column_count(s.h.tls, s.p)) }

func (s *statement) name(i int) string {
	return libc.GoString(lib.Xsqlite3_column_name(s.h.tls, s.p, int32(i)))
}

// declared returns the type that the column was declared with; empty for an expression.
func (s *statement) declared(i int) string {
	return libc.GoString(lib.Xsqlite3_column_decltype(s.h.tls, s.p, int32(i)))
}

// text returns a column's value as a string of our own; empty for NULL.
func (s *statement) text(i int) string { return string(s.bytes(i)) }

// null says whether a column's value is NULL.
func (s *statement) null(i int) bool {
	return lib.Xsqlite3_column_type(s.h.tls, s.p, int32(i)) == lib.SQLITE_NULL
}

// integer returns a column's value as a number.
func (s *statement) integer(i int) int64 {
	return lib.Xsqlite3_column_int64(s.h.tls, s.p, int32(i))
}

// bytes returns a column's text in SQLite's memory, valid until the next step.
func (s *statement) bytes(i int) []byte {
	p := lib.Xsqlite3_column_text(s.h.tls, s.p, int32(i))
	if p == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), lib.Xsqlite3_column_bytes(s.h.tls, s.p, int32(i)))
}

// blob returns a column's bytes in SQLite's memory, valid until the next step.
func (s *statement) blob(i int) []byte {
	p := lib.Xsqlite3_column_blob(s.h.tls, s.p, int32(i))
	if p == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), lib.Xsqlite3_column_bytes(s.h.tls, s.p, int32(i)))
}

// exec runs statements of our own to their end and throws away their rows.
func (h *handle) exec(statements ...string) error {
	for _, sql := range statements {
		if err := h.each(sql, func(*statement) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// each runs a statement of our own and calls f at every row.
func (h *handle) each(sql string, f func(row *statement) error) error {
	s, err := h.prepare(sql)
	if err != nil {
		return err
	}
	defer s.finalize()
	for {
		more, err := s.step()
		if err != nil || !more {
			return err
		}
		if err := f(s); err != nil {
			return err
		}
	}
}

// pointer turns an address in C memory into a pointer. C memory lies outside Go's heap: it does not move.
func pointer(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// funcPointer is how the transpiled SQLite holds a callback: see cFuncPointer in modernc.org/sqlite.
func funcPointer[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }
