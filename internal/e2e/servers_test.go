package e2e

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/custard-ai/custard/internal/pgtest"
)

type balancerKey struct{}

// balancer passes each connection to the first of its servers that takes it.
type balancer struct {
	ln      net.Listener
	mu      sync.Mutex
	servers []string
}

// TestServers are stories of several servers on one PostgreSQL with NATS between them, behind a balancer at SERVER. A script starts them, and
// puts each behind the balancer: `balance ADDRESS`.
func TestServers(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips here, once, where there is no server
	built, err := programs()
	t.Cleanup(func() { _ = os.RemoveAll(built) })
	if err != nil {
		t.Fatal(err)
	}
	base := people(setup(t))
	cmds := commands()
	cmds["balance"] = func(ts *testscript.TestScript, _ bool, args []string) {
		b, ok := ts.Value(balancerKey{}).(*balancer)
		if !ok || len(args) != 1 {
			ts.Fatalf("usage: balance ADDRESS")
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.servers = append(b.servers, args[0])
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/servers", Cmds: cmds, Condition: condition, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			if err := base(env); err != nil {
				return err
			}
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("no testing.TB")
			}
			env.Setenv("PATH", built+string(filepath.ListSeparator)+env.Getenv("PATH"))
			withServer(env)
			env.Setenv("DATABASE_URL", pgtest.URL(tb))
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Defer(func() { _ = ln.Close() })
			b := &balancer{ln: ln}
			go b.run()
			env.Values[balancerKey{}] = b
			env.Setenv("SERVER", "http://"+ln.Addr().String())
			env.Setenv("PUBLIC_URL", env.Getenv("SERVER"))
			env.Setenv("BACKEND_WEBSOCKET_URI", env.Getenv("SERVER"))
			return startBus(env)
		},
	})
}

// startBus starts a NATS server for a script.
func startBus(env *testscript.Env) error {
	address, stop, err := newBus()
	if err != nil {
		return err
	}
	env.Defer(stop)
	env.Setenv("NATS_URL", address)
	return nil
}

// newBus starts a NATS server and returns its URL.
func newBus() (address string, stop func(), err error) {
	bus, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
	if err != nil {
		return "", nil, err
	}
	go bus.Start()
	stop = func() {
		bus.Shutdown()
		bus.WaitForShutdown()
	}
	if !bus.ReadyForConnections(patience) {
		stop()
		return "", nil, errors.New("nats-server does not start")
	}
	return bus.ClientURL(), stop, nil
}

// run passes connections on until the listener is closed; what it passes ends with the programs at both ends.
func (b *balancer) run() {
	for {
		front, err := b.ln.Accept()
		if err != nil {
			return
		}
		go b.pass(front)
	}
}

func (b *balancer) pass(front net.Conn) {
	defer front.Close()
	b.mu.Lock()
	servers := slices.Clone(b.servers)
	b.mu.Unlock()
	for _, s := range servers {
		back, err := net.DialTimeout("tcp", s, time.Second)
		if err != nil {
			continue
		}
		defer back.Close()
		var up sync.WaitGroup
		up.Go(func() {
			_, _ = io.Copy(back, front) // either end may go away
			_ = back.(*net.TCPConn).CloseWrite()
		})
		_, _ = io.Copy(front, back)
		_ = front.Close()
		up.Wait()
		return
	}
}
