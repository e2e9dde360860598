package local

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// connectionsFile is the content of connections.json.
type connectionsFile struct {
	Version     int                  `json:"version"`
	Current     string               `json:"current,omitempty"`
	Connections []custard.Connection `json:"connections"`
}

const connectionsVersion = 1

func (s *Store) connectionsPath() string { return s.path("connections.json") }

func (s *Store) readConnections() (*connectionsFile, error) {
	file := &connectionsFile{Version: connectionsVersion}
	if s.folder == "" {
		return file, nil
	}
	content, err := os.ReadFile(s.connectionsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	if err != nil {
		return nil, broken(err, "cannot read %s", s.connectionsPath())
	}
	if err := json.Unmarshal(content, file); err != nil {
		return nil, custard.Errorf(custard.CodeFailed, "%s is broken: %w", s.connectionsPath(), err).
			WithHint("Mend the file, or move it away and add the connections again.")
	}
	if file.Version > connectionsVersion {
		return nil, custard.Errorf(custard.CodeFailed, "%s was written by a newer Custard", s.connectionsPath()).
			WithHint("Update this one, or choose another folder with CUSTARD_HOME.")
	}
	return file, nil
}

// editConnections changes the file while nobody else does.
func (s *Store) editConnections(edit func(*connectionsFile) error) error {
	return s.change(func() error {
		file, err := s.readConnections()
		if err != nil {
			return err
		}
		if err := edit(file); err != nil {
			return err
		}
		content, err := json.MarshalIndent(file, "", "  ")
		if err != nil {
			return custard.Errorf(custard.CodeInternal, "encoding connections: %w", err)
		}
		return replace(s.connectionsPath(), append(content, '\n'))
	})
}

// Connections returns all connections, by name.
func (s *Store) Connections(context.Context) ([]custard.Connection, error) {
	file, err := s.readConnections()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(file.Connections, func(a, b custard.Connection) int { return strings.Compare(a.Name, b.Name) })
	return file.Connections, nil
}

// Connection returns one by its name; CodeNotFound names those that there are.
func (s *Store) Connection(_ context.Context, name string) (custard.Connection, error) {
	file, err := s.readConnections()
	if err != nil {
		return custard.Connection{}, err
	}
	i, err := file.find(name)
	if err != nil {
		return custard.Connection{}, err
	}
	return file.Connections[i], nil
}

func (f *connectionsFile) find(name string) (int, error) {
	for i, c := range f.Connections {
		if strings.EqualFold(c.Name, name) {
			return i, nil
		}
	}
	e := custard.Errorf(custard.CodeNotFound, "there is no connection %q", name)
	if len(f.Connections) == 0 {
		return -1, e.WithHint("There is none yet: add one with `custard connections add NAME DSN`.")
	}
	names := make([]string, 0, len(f.Connections))
	for _, c := range f.Connections {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return -1, e.WithHint("There is: %s.", strings.Join(names, ", "))
}

// AddConnection keeps a new connection; CodeUsage for a name that is none, CodeConflict where it is taken.
func (s *Store) AddConnection(_ context.Context, c custard.Connection) (custard.Connection, error) {
	if !validName(c.Name) {
		return c, custard.Errorf(custard.CodeUsage, "%q is no name for a connection", c.Name).
			WithHint("Use letters, digits, '.', '_' and '-', at most 64, beginning with a letter or digit.")
	}
	err := s.editConnections(func(f *connectionsFile) error {
		if i, err := f.find(c.Name); err == nil {
			return custard.Errorf(custard.CodeConflict, "there is a connection %q already", f.Connections[i].Name).
				WithHint("Choose another name, or remove it first with `custard connections remove %s`.", f.Connections[i].Name)
		}
		f.Connections = append(f.Connections, c)
		return nil
	})
	return c, err
}

// RemoveConnection forgets a connection.
func (s *Store) RemoveConnection(_ context.Context, name string) error {
	return s.editConnections(func(f *connectionsFile) error {
		i, err := f.find(name)
		if err != nil {
			return err
		}
		if strings.EqualFold(f.Current, f.Connections[i].Name) {
			f.Current = ""
		}
		f.Connections = slices.Delete(f.Connections, i, i+1)
		return nil
	})
}

// UseConnection makes a connection the default; an empty name makes none.
func (s *Store) UseConnection(_ context.Context, name string) error {
	return s.editConnections(func(f *connectionsFile) error {
		if name == "" {
			f.Current = ""
			return nil
		}
		i, err := f.find(name)
		if err != nil {
			return err
		}
		f.Current = f.Connections[i].Name
		return nil
	})
}

// Current returns the default connection's name, or "".
func (s *Store) Current(context.Context) (string, error) {
	file, err := s.readConnections()
	if err != nil {
		return "", err
	}
	return file.Current, nil
}

const longestName = 64

func validName(name string) bool {
	if name == "" || len(name) > longestName {
		return false
	}
	for i, r := range name {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
		if !letter && (i == 0 || (r != '.' && r != '_' && r != '-')) {
			return false
		}
	}
	return true
}
