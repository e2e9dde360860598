// Package keyring seals the keys that organisations give for their model providers, so that a copy of the store is worth
// nothing without the server's secret. The rules:
//
//   - AES-256-GCM with a random nonce; its key is derived from the server's secret for this purpose alone.
//   - The organisation and the name of what is sealed are bound to it: a value moved to another row does not open.
//   - A sealed value names the key that sealed it. After a change of the secret the old one opens, the new one seals.
//
// The form: cs1.KEYID.BASE64URL(nonce, ciphertext, tag).
package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Ring seals and opens. It is safe for use by many at once.
type Ring struct {
	current string
	keys    map[string]cipher.AEAD
}

const (
	form      = "cs1"
	minSecret = 32
	keyBytes  = 32
	idBytes   = 6
)

// New returns a ring that seals with a key of the first secret and opens with those of all. CodeUsage for a secret shorter
// than 32 bytes.
func New(secret string, old ...string) (*Ring, error) {
	r := &Ring{keys: map[string]cipher.AEAD{}}
	for i, s := range append([]string{secret}, old...) {
		if len(s) < minSecret {
			return nil, custard.Errorf(custard.CodeUsage, "the secret that seals keys is too short: %d bytes of %d at the least", len(s), minSecret)
		}
		key, err := hkdf.Key(sha256.New, []byte(s), nil, "custard model keys v1: key", keyBytes)
		if err != nil {
			return nil, custard.AsError(err)
		}
		id, err := hkdf.Key(sha256.New, []byte(s), nil, "custard model keys v1: id", idBytes)
		if err != nil {
			return nil, custard.AsError(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, custard.AsError(err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, custard.AsError(err)
		}
		name := hex.EncodeToString(id)
		if i == 0 {
			r.current = name
		}
		r.keys[name] = aead
	}
	return r, nil
}

// Seal returns value sealed for an organisation and a name (openai).
func (r *Ring) Seal(organisation, name, value string) string {
	aead := r.keys[r.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(value)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	sealed := aead.Seal(nonce, nonce, []byte(value), bound(r.current, organisation, name))
	return form + "." + r.current + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open returns what Seal sealed for the same organisation and name. The error is CodeInternal, the same for every reason but
// a key that the ring does not have, and holds nothing of the value.
func (r *Ring) Open(organisation, name, sealed string) (string, error) {
	broken := func() (string, error) {
		return "", custard.Errorf(custard.CodeInternal, "a stored key cannot be opened").WithHint("Set the key anew.")
	}
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != form {
		return broken()
	}
	aead, ok := r.keys[parts[1]]
	if !ok {
		return "", custard.Errorf(custard.CodeInternal, "a stored key was sealed with a secret that the server no longer has").
			WithHint("Give the server the old secret beside the new one, or set the key anew.")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) < aead.NonceSize() {
		return broken()
	}
	value, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], bound(parts[1], organisation, name))
	if err != nil {
		return broken()
	}
	return string(value), nil
}

// Stale says that a sealed value should be sealed anew: it was with an older secret.
func (r *Ring) Stale(sealed string) bool { return !strings.HasPrefix(sealed, form+"."+r.current+".") }

// bound is what a value is tied to, each part with its length before it so that none runs into the next.
func bound(parts ...string) []byte {
	out := []byte(form)
	for _, p := range parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}
