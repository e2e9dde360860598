package sqlite

import (
	"bytes"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// boundFunctions replaces the built-in functions that compare every part of one long text with another: they look at
// no interruption, and on two texts of a few megabytes they run for hours. Ours are linear and give the same results.
func (h *handle) boundFunctions() error {
	const flags = lib.SQLITE_UTF8 | lib.SQLITE_DETERMINISTIC | lib.SQLITE_INNOCUOUS
	for _, f := range [...]struct {
		name string
		args int32
		call func(*libc.TLS, uintptr, int32, uintptr)
	}{
		{"instr", 2, instr},
		{"replace", 3, replace},
	} {
		name, err := libc.CString(f.name)
		if err != nil {
			return errNoMemory()
		}
		rc := lib.Xsqlite3_create_function_v2(h.tls, h.db, name, f.args, flags, 0, funcPointer(f.call), 0, 0, 0)
		libc.Xfree(h.tls, name)
		if rc != lib.SQLITE_OK {
			return h.errorOf(rc)
		}
	}
	return nil
}

// instr is instr(haystack, needle): the place of the first occurrence in characters, or in bytes where both are blobs.
func instr(tls *libc.TLS, ctx uintptr, _ int32, argv uintptr) {
	hay, needle := argument(argv, 0), argument(argv, 1)
	a, b := lib.Xsqlite3_value_type(tls, hay), lib.Xsqlite3_value_type(tls, needle)
	if a == lib.SQLITE_NULL || b == lib.SQLITE_NULL {
		return // the result is NULL
	}
	blobs := a == lib.SQLITE_BLOB && b == lib.SQLITE_BLOB
	text := valueText
	if blobs {
		text = valueBlob
	}
	x, y := text(tls, hay), text(tls, needle)
	at := bytes.Index(x, y)
	if at > 0 && !blobs {
		chars := 0
		for _, c := range x[:at] {
			if c&0xc0 != 0x80 {
				chars++
			}
		}
		at = chars
	}
	lib.Xsqlite3_result_int64(tls, ctx, lib.Tsqlite3_int64(at+1))
}

// replace is replace(text, old, new).
func replace(tls *libc.TLS, ctx uintptr, _ int32, argv uintptr) {
	var arg [3][]byte
	for i := range arg {
		v := argument(argv, i)
		if lib.Xsqlite3_value_type(tls, v) == lib.SQLITE_NULL {
			return // the result is NULL
		}
		arg[i] = valueText(tls, v)
	}
	text, from, to := arg[0], arg[1], arg[2]
	size := len(text)
	if len(from) > 0 {
		size += bytes.Count(text, from) * (len(to) - len(from))
	}
	if size > int(lib.Xsqlite3_limit(tls, lib.Xsqlite3_context_db_handle(tls, ctx), lib.SQLITE_LIMIT_LENGTH, -1)) {
		lib.Xsqlite3_result_error_toobig(tls, ctx)
		return
	}
	result(tls, ctx, size, func(out []byte) {
		for {
			at := bytes.Index(text, from)
			if at < 0 || len(from) == 0 {
				copy(out, text)
				return
			}
			out = out[copy(out, text[:at]):]
			out = out[copy(out, to):]
			text = text[at+len(from):]
		}
	})
}

// result gives SQLite a text of so many bytes, which fill writes. The text lies in SQLite's own memory.
func result(tls *libc.TLS, ctx uintptr, size int, fill func([]byte)) {
	p := lib.Xsqlite3_malloc64(tls, lib.Tsqlite3_uint64(size+1))
	if p == 0 {
		lib.Xsqlite3_result_error_nomem(tls, ctx)
		return
	}
	fill(unsafe.Slice((*byte)(pointer(p)), size))
	lib.Xsqlite3_result_text64(tls, ctx, p, lib.Tsqlite3_uint64(size), funcPointer(lib.Xsqlite3_free), lib.SQLITE_UTF8)
}

func argument(argv uintptr, i int) uintptr {
	return *(*uintptr)(pointer(argv + uintptr(i)*unsafe.Sizeof(argv)))
}

func valueText(tls *libc.TLS, v uintptr) []byte {
	p := lib.Xsqlite3_value_text(tls, v)
	if p == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), lib.Xsqlite3_value_bytes(tls, v))
}

func valueBlob(tls *libc.TLS, v uintptr) []byte {
	p := lib.Xsqlite3_value_blob(tls, v)
	if p == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), lib.Xsqlite3_value_bytes(tls, v))
}
