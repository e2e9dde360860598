package app

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
)

// A server on a file makes its secret once, for this user alone, however many start at once; one that shares its database
// has only what it is told.
func TestSecretOfTheServer(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := &config.Server{DatabaseURL: "sqlite:" + filepath.Join(folder, "server.db")}
	var wg sync.WaitGroup
	sealed := make([]string, 8)
	for i := range sealed {
		wg.Go(func() {
			ring, err := newRing(c)
			if err != nil {
				t.Error(err)
				return
			}
			sealed[i] = ring.Seal("org", "openai", "key")
		})
	}
	wg.Wait()
	again, err := newRing(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sealed {
		if key, err := again.Open("org", "openai", s); key != "key" || err != nil {
			t.Errorf("after a restart: %q, %v", key, err)
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	info, err := files[0].Info()
	if err != nil || files[0].Name() != secretFile || info.Mode().Perm() != 0o600 {
		t.Errorf("%s has rights %v, %v", files[0].Name(), info.Mode(), err)
	}

	old, young := strings.Repeat("o", 40), strings.Repeat("y", 40)
	was, err := newRing(&config.Server{DatabaseURL: "postgres://db/custard", Secret: old})
	if err != nil {
		t.Fatal(err)
	}
	is, err := newRing(&config.Server{DatabaseURL: "postgres://db/custard", Secret: young + ", " + old + "\n"})
	if err != nil {
		t.Fatal(err)
	}
	if key, err := is.Open("org", "openai", was.Seal("org", "openai", "key")); key != "key" || err != nil {
		t.Errorf("with the old secret beside the new: %q, %v", key, err)
	}
	if ring, err := newRing(&config.Server{DatabaseURL: "postgres://db/custard"}); ring != nil || err != nil {
		t.Errorf("without a secret: %v, %v", ring, err)
	}
	const short = "short secret"
	if _, err := newRing(&config.Server{Secret: short}); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage || strings.Contains(err.Error(), short) {
		t.Errorf("a short secret: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, secretFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newRing(c); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
		t.Errorf("an empty file: %v", err)
	}
}
