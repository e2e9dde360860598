package executor

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// cacheVersion changes when what the files hold does: files of another version are not read.
const cacheVersion = "3"

// Key names a database in the cache: a hash of its DSN without the password; for a file of its path, size and time of
// change as well.
func Key(driver, dsn string) string {
	id := dsn
	if u, err := url.Parse(dsn); err == nil && u.Host != "" {
		q := u.Query()
		q.Del("password")
		u.RawQuery = q.Encode()
		if u.User != nil {
			u.User = url.User(u.User.Username())
		}
		id = u.String()
	} else if path, info := file(dsn); info != nil {
		id = fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano())
	}
	sum := sha256.Sum256([]byte(driver + "\x00" + id))
	return hex.EncodeToString(sum[:12])
}

// file returns a DSN's file where it names one.
func file(dsn string) (string, os.FileInfo) {
	for _, path := range [...]string{dsn, trimScheme(dsn)} {
		if info, err := os.Stat(path); err == nil {
			if abs, err := filepath.Abs(path); err == nil {
				path = abs
			}
			return path, info
		}
	}
	return "", nil
}

func trimScheme(dsn string) string {
	for i, c := range dsn {
		if c == ':' {
			rest := dsn[i+1:]
			if len(rest) > 2 && rest[:2] == "//" {
				rest = rest[2:]
			}
			return rest
		}
	}
	return dsn
}

// cachePath returns the file of a part of the cache; false where nothing is kept.
func (e *Executor) cachePath(part string) (string, bool) {
	if e.opts.CacheDir == "" || e.opts.CacheKey == "" {
		return "", false
	}
	return filepath.Join(e.opts.CacheDir, e.opts.CacheKey+"."+part+"."+cacheVersion), true
}

// keptSchema returns the schema that is kept on disk and when it was last known to be true; nil for none. A file that
// cannot be read is none.
func (e *Executor) keptSchema() (*custard.Schema, time.Time) {
	path, ok := e.cachePath("schema")
	if !ok {
		return nil, time.Time{}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, time.Time{}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, time.Time{}
	}
	return decodeSchema(string(data)), info.ModTime()
}

// keepSchema writes the schema to disk. The cache is a convenience: that it cannot be written is no error.
func (e *Executor) keepSchema(schema *custard.Schema) {
	if path, ok := e.cachePath("schema"); ok {
		_ = replaceFile(path, encodeSchema(schema))
	}
}

// confirmSchema notes that the schema on disk is true now.
func (e *Executor) confirmSchema() {
	if path, ok := e.cachePath("schema"); ok {
		now := time.Now()
		_ = os.Chtimes(path, now, now)
	}
}

// replaceFile writes a file that only its owner may read, whole or not at all.
func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
