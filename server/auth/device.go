package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/custard-ai/custard/internal/custard"
)

// DeviceLogin is the answer to who wants to sign in through a browser elsewhere (RFC 8628).
type DeviceLogin struct {
	DeviceCode string
	UserCode   string // ABCD-EFGH
	URL        string // where the code is typed
	URLWhole   string // the same with the code in it
	Expires    time.Duration
	Interval   time.Duration // the least time between polls
}

// What a poll says while there is no session: RFC 8628's words, which are also their texts.
var (
	ErrDevicePending = errors.New("authorization_pending") // nobody decided yet
	ErrDeviceSlow    = errors.New("slow_down")             // polled too fast: wait five seconds longer from now on
	ErrDeviceDenied  = errors.New("access_denied")         // somebody said no
	ErrDeviceExpired = errors.New("expired_token")         // unknown, used or too old
)

const (
	deviceInterval = 5 // seconds
	// userCodeLetters has no vowels (no words come out) and nothing that looks like something else: 20 letters, so a code
	// is one of 25 billion, lives ten minutes, and guesses are limited.
	userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"
	userCodeLength  = 8
)

// StartDevice begins a device login. client says what asks, for the page where it is approved.
func (s *Service) StartDevice(ctx context.Context, client string, from Caller) (DeviceLogin, error) {
	if err := s.allow(ctx, deviceByAddress(), from.Address); err != nil {
		return DeviceLogin{}, err
	}
	client, err := cleanName("client", client)
	if err != nil {
		return DeviceLogin{}, err
	}
	now := s.cfg.Now()
	const tries = 3
	for try := 1; ; try++ {
		secret, hash := newSecret(prefixDevice)
		code := newUserCode()
		err := s.cfg.Store.AddDevice(ctx, Device{
			DeviceHash: hash, UserCode: code, Client: client, Interval: deviceInterval, Created: now, Expires: now.Add(deviceLife),
		})
		if is(err, custard.CodeConflict) && try < tries { // the code is somebody else's
			continue
		}
		if err != nil {
			return DeviceLogin{}, err
		}
		shown := ShowUserCode(code)
		return DeviceLogin{
			DeviceCode: secret, UserCode: shown, URL: s.cfg.PublicURL + "/device", URLWhole: s.cfg.PublicURL + "/device?code=" + shown,
			Expires: deviceLife, Interval: deviceInterval * time.Second,
		}, nil
	}
}

// PollDevice asks whether a device login was approved: a session, one of the ErrDevice errors, or another error.
func (s *Service) PollDevice(ctx context.Context, deviceCode string, from Caller) (Session, error) {
	hash, ok := hashOfKind(prefixDevice, deviceCode)
	if !ok {
		return Session{}, ErrDeviceExpired
	}
	now := s.cfg.Now()
	d, err := s.cfg.Store.PollDevice(ctx, hash, now)
	switch {
	case is(err, custard.CodeNotFound) || err == nil && !now.Before(d.Expires):
		return Session{}, ErrDeviceExpired
	case err != nil:
		return Session{}, err
	case d.Denied:
		return Session{}, ErrDeviceDenied
	case d.User == "" && !d.Polled.IsZero() && now.Sub(d.Polled) < time.Duration(d.Interval)*time.Second:
		return Session{}, ErrDeviceSlow
	case d.User == "":
		return Session{}, ErrDevicePending
	}
	// Whoever approved may have been removed since.
	m, err := s.cfg.Store.Member(ctx, d.Org, d.User)
	if is(err, custard.CodeNotFound) {
		return Session{}, ErrDeviceDenied
	} else if err != nil {
		return Session{}, err
	}
	u, err := s.cfg.Store.User(ctx, d.User)
	if err != nil {
		return Session{}, err
	}
	o, err := s.cfg.Store.Organisation(ctx, d.Org)
	if err != nil {
		return Session{}, err
	}
	out, err := s.begin(ctx, u, Membership{Org: o, Role: m.Role})
	if err != nil {
		return Session{}, err
	}
	return out, s.Audit(ctx, Principal{Org: d.Org, User: d.User}, from, ActLogin, d.User, map[string]string{"with": "device"})
}

// Device returns an open device login by the code that a signed-in person typed, for the page that asks whether to approve
// it. CodeNotFound for a code that is unknown, decided or expired; guesses are limited.
func (s *Service) Device(ctx context.Context, p Principal, typed string, from Caller) (Device, error) {
	if err := deviceSession(p); err != nil {
		return Device{}, err
	}
	code, ok := readUserCode(typed)
	if !ok {
		return Device{}, noSuchCode(nil)
	}
	if err := s.allow(ctx, codeByAddress(), from.Address); err != nil {
		return Device{}, err
	}
	if err := s.allow(ctx, codeByUser(), p.User); err != nil {
		return Device{}, err
	}
	d, err := s.cfg.Store.DeviceByUserCode(ctx, code, s.cfg.Now())
	if is(err, custard.CodeNotFound) || err == nil && (d.User != "" || d.Denied) {
		return Device{}, noSuchCode(err)
	}
	return d, err
}

// DecideDevice approves or denies a device login in the name of who is signed in: for an organisation of his by its id, or
// the one that he is signed in to where org is empty.
func (s *Service) DecideDevice(ctx context.Context, p Principal, typed, org string, approve bool, from Caller) error {
	d, err := s.Device(ctx, p, typed, from)
	if err != nil {
		return err
	}
	if org != "" && org != p.Org {
		m, err := s.cfg.Store.Member(ctx, org, p.User)
		if err != nil {
			return err
		}
		p.Org, p.Role = org, m.Role
	}
	err = s.cfg.Store.DecideDevice(ctx, d.UserCode, p.User, p.Org, !approve, s.cfg.Now())
	if is(err, custard.CodeConflict) || is(err, custard.CodeNotFound) {
		return noSuchCode(err)
	}
	if err != nil {
		return err
	}
	action := ActDeviceAllow
	if !approve {
		action = ActDeviceDeny
	}
	return s.Audit(ctx, p, from, action, p.User, map[string]string{"client": d.Client})
}

// deviceSession refuses API keys: a key must not turn itself into a login, which can do more.
func deviceSession(p Principal) error {
	if p.Key != "" || p.Family == "" {
		return custard.Errorf(custard.CodeForbidden, "only a person who is signed in can approve a login")
	}
	return nil
}

func noSuchCode(cause error) *custard.Error {
	e := custard.Errorf(custard.CodeNotFound, "this code is not known, or it is no longer good").
		WithHint("Check the letters, or start again in the terminal: codes live ten minutes.")
	e.Cause = cause
	return e
}

func newUserCode() string {
	out := make([]byte, 0, userCodeLength)
	for len(out) < userCodeLength {
		var b [16]byte
		_, _ = rand.Read(b[:]) // it never fails
		for _, c := range b {
			const fair = 256 / len(userCodeLetters) * len(userCodeLetters)
			if int(c) < fair && len(out) < userCodeLength {
				out = append(out, userCodeLetters[int(c)%len(userCodeLetters)])
			}
		}
	}
	return string(out)
}

// ShowUserCode writes a code as people read it: ABCD-EFGH.
func ShowUserCode(code string) string {
	if len(code) != userCodeLength {
		return code
	}
	return code[:userCodeLength/2] + "-" + code[userCodeLength/2:]
}

// readUserCode reads what somebody typed: case, spaces and hyphens do not matter.
func readUserCode(typed string) (code string, ok bool) {
	const longest = 32
	if len(typed) > longest || !utf8.ValidString(typed) {
		return "", false
	}
	code = strings.Map(func(r rune) rune {
		switch r = unicode.ToUpper(r); {
		case r == '-' || r == '–' || unicode.IsSpace(r):
			return -1
		default:
			return r
		}
	}, typed)
	if len(code) != userCodeLength || strings.Trim(code, userCodeLetters) != "" {
		return "", false
	}
	return code, true
}
