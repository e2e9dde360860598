// Package local keeps one person's connections and history as files in a folder: the Catalog of a Custard that works
// without a server.
//
// The folder holds
//
//	connections.json   every connection and which one is in use; replaced as a whole
//	history.ndjson     what was asked, one entry a line; appended to
//	history.1.ndjson   the entries before those, once the file has grown large
//	lock               held by whoever changes one of them
//
// Files are readable by their owner alone, because a DSN may hold a password. Several processes may use the folder at
// once. Nothing is made before there is something to keep.
package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/custard-ai/custard/internal/custard"
)

// Store is a Catalog in a folder. Its methods are safe for concurrent use, by other processes too.
type Store struct {
	folder string
}

// Open returns the store in a folder, which need not exist yet.
func Open(folder string) *Store { return &Store{folder: folder} }

// Folder returns where the store keeps its files.
func (s *Store) Folder() string { return s.folder }

var _ custard.Catalog = (*Store)(nil)

func (s *Store) path(name string) string { return filepath.Join(s.folder, name) }

// change runs f while no other process changes the folder.
func (s *Store) change(f func() error) error {
	if s.folder == "" {
		return custard.Errorf(custard.CodeFailed, "there is no folder to keep this in").
			WithHint("Set HOME, XDG_DATA_HOME or CUSTARD_HOME.")
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return broken(err, "cannot make the data folder %s", s.folder)
	}
	unlock, err := lockedfile.MutexAt(s.path("lock")).Lock()
	if err != nil {
		return broken(err, "cannot write to the data folder %s", s.folder)
	}
	defer unlock()
	return f()
}

// replace writes a file so that a reader sees the old content or the new, never a part.
func replace(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return broken(err, "cannot write %s", path)
	}
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the one above
		return broken(err, "cannot write %s", path)
	}
	return nil
}

// broken says what could not be done, and why the system says so.
func broken(err error, format string, args ...any) error {
	reason := err
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		reason = p.Err
	}
	e := custard.Errorf(custard.CodeFailed, format, args...)
	e.Message += ": " + reason.Error()
	e.Cause = err
	return e.WithHint("Check the folder's rights and the disk's free space, or choose another folder with CUSTARD_HOME.")
}
