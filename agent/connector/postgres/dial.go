package postgres

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// once returns a configuration for one attempt to connect under sslmode=prefer, where a server that does not offer TLS is
// asked again without. pgconn hangs up and dials anew for that, which makes the server start a second process; but a
// server that has said no waits on the same connection for what comes next, as libpq knows. So that connection is kept
// and handed out at the second dialling. done closes one that nobody came back for.
func once(config *pgconn.Config) (attempt *pgconn.Config, done func()) {
	if config.TLSConfig == nil || !fallsBackToPlain(config) {
		return config, func() {}
	}
	attempt = config.Copy()
	d := &dialer{dial: config.DialFunc, refused: map[string]net.Conn{}}
	attempt.DialFunc = d.open
	return attempt, d.done
}

func fallsBackToPlain(config *pgconn.Config) bool {
	for _, f := range config.Fallbacks {
		if f.TLSConfig == nil {
			return true
		}
	}
	return false
}

type dialer struct {
	dial    pgconn.DialFunc
	mu      sync.Mutex
	refused map[string]net.Conn // by network and address: asked for TLS and said no
	over    bool
}

func (d *dialer) open(ctx context.Context, network, address string) (net.Conn, error) {
	key := network + " " + address
	d.mu.Lock()
	conn := d.refused[key]
	delete(d.refused, key)
	over := d.over
	d.mu.Unlock()
	if conn != nil {
		if err := conn.SetDeadline(time.Time{}); err == nil {
			return conn, nil
		}
		_ = conn.Close() // it is broken: a new one takes its place
	}
	conn, err := d.dial(ctx, network, address)
	if err != nil || over {
		return conn, err
	}
	return &asked{Conn: conn, dialer: d, key: key}, nil
}

func (d *dialer) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	for _, conn := range d.refused {
		_ = conn.Close() // nothing was said on it
	}
	clear(d.refused)
}

// keep takes a connection on which TLS was refused, instead of closing it.
func (d *dialer) keep(key string, conn net.Conn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over || d.refused[key] != nil {
		return conn.Close()
	}
	d.refused[key] = conn
	return nil
}

// asked is a connection that watches whether the first thing said on it is the wish for TLS, and the answer no.
type asked struct {
	net.Conn
	dialer *dialer
	key    string
	state  askedState
}

type askedState int

const (
	untouched askedState = iota
	wishedTLS
	refusedTLS
	inUse
)

func (a *asked) Write(p []byte) (int, error) {
	const sslRequest = 80877103
	if a.state != inUse {
		wish := a.state == untouched && len(p) == 8 && binary.BigEndian.Uint32(p) == 8 && binary.BigEndian.Uint32(p[4:]) == sslRequest
		a.state = inUse
		if wish {
			a.state = wishedTLS
		}
	}
	return a.Conn.Write(p)
}

func (a *asked) Read(p []byte) (int, error) {
	n, err := a.Conn.Read(p)
	if a.state == wishedTLS {
		a.state = inUse
		if n == 1 && p[0] == 'N' {
			a.state = refusedTLS
		}
	}
	return n, err
}

func (a *asked) Close() error {
	if a.state == refusedTLS {
		a.state = inUse
		return a.dialer.keep(a.key, a.Conn)
	}
	return a.Conn.Close()
}
