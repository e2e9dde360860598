// Package credentials keeps logins between runs: in the system's keyring where there is one, else in a file that its owner
// alone may read.
//
// A folder holds
//
//	logins.json   which server each profile is signed in to, and the logins that no keyring keeps
//	logins.lock   held by whoever changes a login
//
// The lock is held while a login is refreshed, so that two terminals do not use the same refresh token: the server would
// take the second use for theft and end the login.
package credentials

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/custard"
)

// Store keeps the logins of one person. Its methods are safe for concurrent use, by other processes too.
type Store struct {
	folder  string
	profile string
	ring    Keyring
}

// Open returns the store in a folder, which need not exist yet, for one profile of the configuration (empty for none).
// ring is nil where there is no keyring.
func Open(folder, profile string, ring Keyring) *Store {
	return &Store{folder: folder, profile: profile, ring: ring}
}

// Keyring keeps secrets outside of files. ErrNoSecret says that there is none of that id.
type Keyring interface {
	Get(id string) (string, error)
	Set(id, secret string) error
	Delete(id string) error
}

// ErrNoSecret is what Keyring.Get returns where there is none of that id.
var ErrNoSecret = errors.New("the keyring holds no such secret")

// content is what logins.json holds.
type content struct {
	Version int     `json:"version"`
	Servers []entry `json:"servers,omitempty"` // the server that each profile signed in to last
	Logins  []entry `json:"logins,omitempty"`
}

const version = 1

type entry struct {
	Profile string        `json:"profile,omitempty"`
	Server  string        `json:"server"`
	Keyring string        `json:"keyring,omitempty"` // the id of the login there
	Login   *client.Login `json:"login,omitempty"`   // where no keyring keeps it
}

func (s *Store) path() string { return filepath.Join(s.folder, "logins.json") }

func (s *Store) read() (*content, error) {
	c := &content{Version: version}
	if s.folder == "" {
		return c, nil
	}
	text, err := os.ReadFile(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, s.broken("cannot read", err)
	}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, custard.Errorf(custard.CodeFailed, "%s is broken: %w", s.path(), err).
			WithHint("Move the file away and sign in again: custard login")
	}
	if c.Version > version {
		return nil, custard.Errorf(custard.CodeFailed, "%s was written by a newer Custard", s.path()).WithHint("Update this one.")
	}
	return c, nil
}

// change edits the file while no other process does.
func (s *Store) change(edit func(*content) error) error {
	if s.folder == "" {
		return custard.Errorf(custard.CodeFailed, "there is no folder to keep a login in").
			WithHint("Set HOME, XDG_CONFIG_HOME or CUSTARD_HOME, or use an API key: CUSTARD_TOKEN.")
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return s.broken("cannot make the folder of", err)
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(s.folder, "logins.lock")).Lock()
	if err != nil {
		return s.broken("cannot lock", err)
	}
	defer unlock()
	c, err := s.read()
	if err != nil {
		return err
	}
	if err := edit(c); err != nil {
		return err
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return custard.Errorf(custard.CodeInternal, "encoding the logins: %w", err)
	}
	return s.replace(append(text, '\n'))
}

// replace writes the file so that a reader sees the old content or the new, and nobody else sees either.
func (s *Store) replace(text []byte) error {
	tmp, err := os.CreateTemp(s.folder, "logins.json.*") // its owner's alone
	if err != nil {
		return s.broken("cannot write", err)
	}
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), s.path())
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the one above
		return s.broken("cannot write", err)
	}
	return nil
}

func (s *Store) broken(what string, err error) error {
	reason := err
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		reason = p.Err
	}
	e := custard.Errorf(custard.CodeFailed, "%s %s: %v", what, s.path(), reason)
	e.Cause = err
	return e.WithHint("Check the folder's rights and the disk's free space, or choose another folder with CUSTARD_HOME.")
}

// Server returns the server that the profile signed in to last, or "".
func (s *Store) Server() (string, error) {
	c, err := s.read()
	if err != nil {
		return "", err
	}
	for _, e := range c.Servers {
		if e.Profile == s.profile {
			return e.Server, nil
		}
	}
	return "", nil
}

// Remember makes a server the one that the profile uses.
func (s *Store) Remember(server string) error {
	return s.change(func(c *content) error {
		c.Servers = slices.DeleteFunc(c.Servers, func(e entry) bool { return e.Profile == s.profile })
		c.Servers = append(c.Servers, entry{Profile: s.profile, Server: server})
		return nil
	})
}
