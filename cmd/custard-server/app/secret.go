package app

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm/keyring"
)

// secretFile is where a server on SQLite keeps a secret that it made by itself, beside the database. A copy of the database
// alone is then worth nothing for what the secret seals.
const secretFile = "server.secret"

// newRing returns what seals organisations' keys: by CUSTARD_SERVER_SECRET, else where the database is a file by a secret
// that is made beside it. It is nil where replicas may share the database and none was told a secret: none is kept in the
// database, as it would lie beside what it seals.
func newRing(c *config.Server) (*keyring.Ring, error) {
	text := c.Secret
	if path, file := strings.CutPrefix(c.DatabaseURL, "sqlite:"); text == "" && file {
		var err error
		if text, err = ownSecret(filepath.Join(filepath.Dir(strings.TrimPrefix(path, "//")), secretFile)); err != nil {
			return nil, err
		}
	}
	secrets := slices.DeleteFunc(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(secrets) == 0 {
		return nil, nil //nolint:nilnil // nothing can be sealed; setting a key says so
	}
	for i := range secrets {
		secrets[i] = strings.TrimSpace(secrets[i])
	}
	ring, err := keyring.New(secrets[0], secrets[1:]...)
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "CUSTARD_SERVER_SECRET: %s", custard.AsError(err).Message).
			WithHint("Make one with: openssl rand -base64 48")
	}
	return ring, nil
}

// ownSecret reads the secret of a file that only this user may read, or makes it. Of two servers that start at once one
// makes it and both have it.
func ownSecret(path string) (string, error) {
	failed := func(err error) (string, error) {
		return "", custard.Errorf(custard.CodeUsage, "the server's secret can be neither read nor made: %w", err).
			WithHint("Check the rights of %s, or set CUSTARD_SERVER_SECRET.", path)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeSecret(path); err != nil && !errors.Is(err, fs.ErrExist) {
			return failed(err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return failed(err)
	}
	if len(text) == 0 {
		return failed(errors.New("it is empty"))
	}
	return string(text), nil
}

// makeSecret writes a secret whole or not at all.
func makeSecret(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), secretFile+".*") // for its owner alone
	if err != nil {
		return err
	}
	_, err = tmp.WriteString(rand.Text() + rand.Text() + "\n")
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Link(tmp.Name(), path) // fails where another made it meanwhile
	}
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
		_, err = os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return os.Rename(tmp.Name(), path)
		}
	}
	return errors.Join(err, os.Remove(tmp.Name()))
}
