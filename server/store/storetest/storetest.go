// Package storetest gives tests a store: a fresh SQLite file, migrated, that goes with the test.
package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/custard-ai/custard/server/store"
)

// Open returns an empty store on SQLite with the wall clock.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenURL(t, "sqlite:"+filepath.Join(t.TempDir(), "custard.db"), nil)
}

// OpenAt is Open with a clock.
func OpenAt(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	return OpenURL(t, "sqlite:"+filepath.Join(t.TempDir(), "custard.db"), now)
}

// OpenURL opens and migrates the database of a URL, for instance of pgtest. now may be nil.
func OpenURL(t testing.TB, url string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Migrate: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}
