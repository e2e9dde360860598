package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"

	"github.com/custard-ai/custard/internal/custard"
)

const (
	// historySize is how large the history grows before its older half is kept apart, and the half before that forgotten.
	historySize = 4 << 20
	// tailSize is how much of the end is read to find the last entry.
	tailSize = 64 << 10
)

func (s *Store) historyPath() string      { return s.path("history.ndjson") }
func (s *Store) olderHistoryPath() string { return s.path("history.1.ndjson") }

// AddHistory appends an entry and returns its id: the number after the last one's.
func (s *Store) AddHistory(_ context.Context, e custard.HistoryEntry) (string, error) {
	err := s.change(func() error {
		path := s.historyPath()
		f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return broken(err, "cannot write %s", path)
		}
		err = s.append(f, &e)
		return errors.Join(err, f.Close())
	})
	return e.ID, err
}

func (s *Store) append(f *os.File, e *custard.HistoryEntry) error {
	last, size, whole, err := lastID(f)
	if err != nil {
		return broken(err, "cannot read %s", f.Name())
	}
	if size == 0 {
		if older, err := os.Open(s.olderHistoryPath()); err == nil {
			last, _, _, err = lastID(older)
			if err = errors.Join(err, older.Close()); err != nil {
				return broken(err, "cannot read %s", older.Name())
			}
		}
	}
	e.ID = strconv.Itoa(last + 1)
	line, err := json.Marshal(e)
	if err != nil {
		return custard.Errorf(custard.CodeInternal, "encoding an entry of the history: %w", err)
	}
	line = append(line, '\n')
	if !whole { // a line that was cut off by a full disk stays one broken line
		line = append([]byte{'\n'}, line...)
	}
	if _, err := f.Write(line); err != nil {
		return broken(err, "cannot write %s", f.Name())
	}
	if size+int64(len(line)) > historySize {
		if err := os.Rename(f.Name(), s.olderHistoryPath()); err != nil {
			return broken(err, "cannot put the older history aside as %s", s.olderHistoryPath())
		}
	}
	return nil
}

// lastID returns the last entry's number, the file's size, and whether the file ends with a whole line.
func lastID(f *os.File) (id int, size int64, whole bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, 0, false, err
	}
	size = info.Size()
	for chunk := int64(tailSize); ; chunk *= 8 { // an entry may be longer than what was read
		from := max(0, size-chunk)
		tail := make([]byte, size-from)
		if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
			return 0, 0, false, err
		}
		whole = len(tail) == 0 || tail[len(tail)-1] == '\n'
		for len(tail) > 0 {
			tail = bytes.TrimRight(tail, "\n")
			start := bytes.LastIndexByte(tail, '\n') + 1
			if e, ok := decode(tail[start:]); ok {
				if n, err := strconv.Atoi(e.ID); err == nil {
					return n, size, whole, nil
				}
			}
			tail = tail[:start]
		}
		if from == 0 {
			return 0, size, whole, nil
		}
	}
}

func decode(line []byte) (custard.HistoryEntry, bool) {
	var e custard.HistoryEntry
	if len(bytes.TrimSpace(line)) == 0 {
		return e, false
	}
	err := json.Unmarshal(line, &e)
	return e, err == nil && e.ID != ""
}

// read returns the entries of a file whose lines hold a text, oldest first; every entry for none. Lines that are broken are
// left out, unless all are.
func (s *Store) read(path string, holding []byte) ([]custard.HistoryEntry, error) {
	if s.folder == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, broken(err, "cannot read %s", path)
	}
	var entries []custard.HistoryEntry
	bad := 0
	for line := range bytes.Lines(content) {
		if !bytes.Contains(line, holding) {
			continue
		}
		if e, ok := decode(line); ok {
			entries = append(entries, e)
		} else if len(bytes.TrimSpace(line)) > 0 {
			bad++
		}
	}
	if bad > 0 && len(entries) == 0 {
		return nil, custard.Errorf(custard.CodeFailed, "%s is broken: none of its lines is an entry", path).
			WithHint("Move the file away, or run `custard history clear`.")
	}
	return entries, nil
}

// all returns every entry, newest first.
func (s *Store) all() ([]custard.HistoryEntry, error) {
	entries, err := s.holding(nil)
	slices.Reverse(entries)
	return entries, err
}

// holding returns the entries whose lines hold a text, oldest first.
func (s *Store) holding(text []byte) ([]custard.HistoryEntry, error) {
	older, err := s.read(s.olderHistoryPath(), text)
	if err != nil {
		return nil, err
	}
	newer, err := s.read(s.historyPath(), text)
	if err != nil {
		return nil, err
	}
	return slices.Concat(older, newer), nil
}

// History returns entries, newest first: those before the one with the id before, at most limit (0 for all).
func (s *Store) History(_ context.Context, before string, limit int) ([]custard.HistoryEntry, error) {
	entries, err := s.all()
	if err != nil {
		return nil, err
	}
	if before != "" {
		i := slices.IndexFunc(entries, func(e custard.HistoryEntry) bool { return e.ID == before })
		if i < 0 {
			return nil, noEntry(before)
		}
		entries = entries[i+1:]
	}
	if limit > 0 && len(entries) > limit {
		entries = entries[:limit]
	}
	return entries, nil
}

// HistoryEntry returns one entry by its id; CodeNotFound where there is none.
func (s *Store) HistoryEntry(_ context.Context, id string) (custard.HistoryEntry, error) {
	entries, err := s.all()
	if err != nil {
		return custard.HistoryEntry{}, err
	}
	for _, e := range entries {
		if e.ID == id {
			return e, nil
		}
	}
	return custard.HistoryEntry{}, noEntry(id)
}

// Conversation returns the entries of a conversation, oldest first. Every question asks for its own: reading all that was
// ever asked for it would take longer than the question.
func (s *Store) Conversation(_ context.Context, id string) ([]custard.HistoryEntry, error) {
	text, err := json.Marshal(id)
	if err != nil {
		return nil, custard.Errorf(custard.CodeInternal, "encoding the id of a conversation: %w", err)
	}
	entries, err := s.holding(text)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(entries, func(e custard.HistoryEntry) bool { return e.Conversation != id }), nil
}

func noEntry(id string) error {
	return custard.Errorf(custard.CodeNotFound, "the history has no entry %q", id).WithHint("See `custard history list`.")
}

// ClearHistory forgets everything that was asked.
func (s *Store) ClearHistory(context.Context) error {
	return s.change(func() error {
		for _, path := range []string{s.historyPath(), s.olderHistoryPath()} {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return broken(err, "cannot remove %s", path)
			}
		}
		return nil
	})
}
