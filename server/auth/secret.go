package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// The prefixes of secrets: people and scanners recognise one that was left somewhere by it, and a secret of one kind is no
// good as another, since the prefix is hashed with the rest.
const (
	prefixKey     = "cust_key_"
	prefixAgent   = "cust_agent_"
	prefixRefresh = "cust_refresh_"
	prefixWeb     = "cust_web_"
	prefixDevice  = "cust_device_"
	prefixVerify  = "cust_verify_"
	prefixReset   = "cust_reset_"
	prefixInvite  = "cust_invite_"
)

// newSecret returns 256 random bits behind a prefix, and the hash that is kept of them.
func newSecret(prefix string) (secret string, hash []byte) {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	secret = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, hashOf(secret)
}

// hashOf is what is kept of a secret. A plain hash is enough for 256 random bits.
func hashOf(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// hashOfKind is hashOf for a secret that must have a prefix: nil, false for one that cannot be of that kind.
func hashOfKind(prefix, secret string) ([]byte, bool) {
	if !strings.HasPrefix(secret, prefix) || len(secret) != len(prefix)+43 {
		return nil, false
	}
	return hashOf(secret), true
}
