package sqlite

import (
	"sync"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// memoryLimit is how much memory SQLite may take in this process, for all statements together. Rows that are sorted,
// grouped or made distinct are kept in memory: without a limit one statement takes gigabytes within its time. A
// statement that asks for more ends with an error and gives back what it took.
const memoryLimit = 1 << 30

// memoryLimited says whether SQLite counts its memory. It can be told so only before it is first used by anybody in the
// process, so the first handle asks before it opens its file; in a process where other code came first there is no limit.
var memoryLimited = sync.OnceValue(limitMemory)

func limitMemory() bool {
	tls := libc.NewTLS()
	defer tls.Close()
	on := libc.NewVaList(int32(1))
	if on == 0 {
		return false
	}
	defer libc.Xfree(tls, on)
	return lib.Xsqlite3_config(tls, lib.SQLITE_CONFIG_MEMSTATUS, on) == lib.SQLITE_OK
}

// setMemoryLimit holds for the process; SQLite has started when it is called.
func (h *handle) setMemoryLimit() {
	if memoryLimited() {
		lib.Xsqlite3_hard_heap_limit64(h.tls, memoryLimit)
	}
}
