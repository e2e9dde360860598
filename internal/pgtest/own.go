//go:build unix

package pgtest

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
)

// Own is a server of a test's own, which it may kill and start again.
type Own struct {
	t testing.TB
	p *process
}

// NewOwn makes a server that does not run yet. Where no server is installed the test is skipped, and fails where CI=true.
func NewOwn(t testing.TB) *Own {
	t.Helper()
	p, err := newOwn()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL: %v", err)
		}
		t.Skipf("no PostgreSQL: %v", err)
	}
	o := &Own{t: t, p: p}
	t.Cleanup(func() {
		o.Kill()
		if err := os.RemoveAll(p.dir); err != nil {
			t.Log(err)
		}
	})
	return o
}

func newOwn() (*process, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	as, err := owner()
	if err != nil {
		return nil, err
	}
	template, err := as.template(bin)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	return &process{account: as, bin: bin, template: template, dir: filepath.Join(os.TempDir(), "custard-pg-"+rand.Text()[:10]), port: port}, nil
}

// URL is the server's address, whether it runs or not. The role is a superuser.
func (o *Own) URL() string { return o.p.url() }

// Start starts the server, with what it held when it was killed.
func (o *Own) Start() {
	o.t.Helper()
	if err := o.p.start(true); err != nil {
		o.t.Fatal(err)
	}
}

// Kill ends the server as a crash does: no session is told. It does nothing where the server does not run.
func (o *Own) Kill() {
	if o.p.cmd == nil {
		return
	}
	_ = o.p.hold.Close()
	_ = o.p.cmd.Wait() // its exit status says that it was killed
	o.p.cmd = nil
}
