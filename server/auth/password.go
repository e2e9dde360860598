package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/custard-ai/custard/internal/custard"
)

// The lengths of a password in bytes. The upper one keeps a hash from being asked for a book.
const (
	minPassword = 8
	maxPassword = 1024
)

// argon are the parameters of argon2id. A hash says which it was made with, so they may be raised at any time: the next
// login of each user makes a new one.
type argon struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

func currentArgon() argon { return argon{memory: 19 * 1024, passes: 2, threads: 1} }

const (
	saltBytes = 16
	hashBytes = 32
)

// passwords hashes passwords, a few at a time: each takes 19 MiB and tens of milliseconds of a core.
type passwords struct {
	params  argon
	slots   chan struct{} // held while one hashes
	queue   chan struct{} // held while one hashes or waits; who finds it full is turned away
	dummy   string        // what is compared for users that do not exist
	freeing atomic.Bool   // freeing what hashes took is on its way
}

// freeAfter is how long what a hash took waits for the next: the garbage collector would keep it for minutes.
const freeAfter = 2 * time.Second

func newPasswords(params argon) *passwords {
	const waiting = 64
	n := runtime.GOMAXPROCS(0)
	p := &passwords{params: params, slots: make(chan struct{}, n), queue: make(chan struct{}, n+waiting)}
	// The dummy's hash is random bytes: no password has it, and comparing takes as long as with any other.
	p.dummy = params.phc(random(saltBytes), random(hashBytes))
	return p
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// acquire waits for a slot. CodeRateLimited where too many wait already.
func (p *passwords) acquire(ctx context.Context) (release func(), err error) {
	select {
	case p.queue <- struct{}{}:
	default:
		return nil, tooMany("sign-ins", 0)
	}
	select {
	case p.slots <- struct{}{}:
		return func() {
			<-p.slots
			<-p.queue
			p.free()
		}, nil
	case <-ctx.Done():
		<-p.queue
		return nil, ctx.Err()
	}
}

// free gives the memory of hashes back to the system, a little later and once for all that were made meanwhile.
func (p *passwords) free() {
	if !p.freeing.Swap(true) {
		time.AfterFunc(freeAfter, func() {
			p.freeing.Store(false)
			debug.FreeOSMemory()
		})
	}
}

// hash returns the PHC string of a new password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	release, err := p.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := random(saltBytes)
	return p.params.phc(salt, p.params.derive(password, salt, hashBytes)), nil
}

// verify compares a password with a PHC string, or with the dummy where the string is empty. stale says that the string
// was made with other parameters than today's.
func (p *passwords) verify(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	known := phc != ""
	if !known {
		phc = p.dummy
	}
	params, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	if len(password) > maxPassword { // it cannot be right; what is hashed instead takes as long as one that could be
		password, known = "", false
	}
	release, err := p.acquire(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	same := subtle.ConstantTimeCompare(params.derive(password, salt, len(want)), want) == 1
	return same && known, params != p.params || len(salt) != saltBytes || len(want) != hashBytes, nil
}

func (a argon) derive(password string, salt []byte, n int) []byte {
	return argon2.IDKey([]byte(password), salt, a.passes, a.memory, a.threads, uint32(n))
}

func (a argon) phc(salt, hash []byte) string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.memory, a.passes, a.threads,
		enc.EncodeToString(salt), enc.EncodeToString(hash))
}

// parsePHC reads a string that phc wrote. What it does not understand, or what would cost without bound, is an error: it
// can only come from a broken store.
func parsePHC(s string) (a argon, salt, hash []byte, err error) {
	bad := func(why string) (argon, []byte, []byte, error) {
		return argon{}, nil, nil, custard.Errorf(custard.CodeInternal, "a stored password hash is not understood: %s", why)
	}
	if strings.ContainsAny(s, "\r\n") { // base64 skips them
		return bad("line ends")
	}
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return bad("not argon2id")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad("version")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.memory, &a.passes, &a.threads); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", a.memory, a.passes, a.threads) {
		return bad("parameters")
	}
	const mostMemory, mostPasses = 1 << 20, 16
	if a.memory < 8 || a.memory > mostMemory || a.passes < 1 || a.passes > mostPasses || a.threads < 1 {
		return bad("parameters out of bounds")
	}
	enc := base64.RawStdEncoding.Strict()
	if salt, err = enc.DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return bad("salt")
	}
	if hash, err = enc.DecodeString(parts[5]); err != nil || len(hash) < 16 || len(hash) > 64 {
		return bad("hash")
	}
	return a, salt, hash, nil
}

// checkPassword says what is wrong with a password that somebody chooses.
func checkPassword(password string) error {
	switch {
	case len(password) < minPassword:
		return custard.Errorf(custard.CodeUsage, "the password is too short").
			WithHint("Use at least %d characters; a few words are better than many signs.", minPassword)
	case len(password) > maxPassword:
		return custard.Errorf(custard.CodeUsage, "the password is too long").
			WithHint("Use at most %d bytes.", maxPassword)
	}
	return nil
}
