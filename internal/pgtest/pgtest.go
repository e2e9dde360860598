//go:build unix

// Package pgtest gives tests a real PostgreSQL: a server started from the installed binaries, once in a test binary,
// and a fresh database for each test.
//
// CUSTARD_TEST_POSTGRES names a server to use instead, as a URL whose role may create databases. Where there is neither,
// a test is skipped, and fails where CI=true.
package pgtest

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	serverVar = "CUSTARD_TEST_POSTGRES"
	// PasswordRole is a role that must give its password, which is Password, when it connects over TCP.
	PasswordRole = "custard_password"
	// Password of PasswordRole.
	Password = "correct horse"
	patience = 30 * time.Second
)

// server is the test binary's server, started when it is first asked for.
var server = sync.OnceValues(start) //nolint:gochecknoglobals // one server for all tests of a binary

// URL returns the URL of a fresh database, dropped when the test ends. The role owns the database and is a superuser
// of the server that this package starts.
func URL(t testing.TB) string {
	t.Helper()
	base, err := server()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL: %v", err)
		}
		t.Skipf("no PostgreSQL: %v", err)
	}
	name := "t_" + strings.ToLower(rand.Text()[:16])
	Exec(t, base, "CREATE DATABASE "+name+" TEMPLATE template0")
	t.Cleanup(func() { drop(t, base, name) })
	return withDatabase(base, name)
}

// Exec runs statements at a URL, each in a transaction of its own.
func Exec(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	for _, s := range statements {
		exec1(t, dsn, s)
	}
}

// drop drops a database. A statement that cannot be interrupted may hold it for a while; then it goes with the server.
func drop(t testing.TB, base, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgconn.Connect(ctx, base)
	if err != nil {
		t.Errorf("connect: %v", err)
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)").ReadAll(); err != nil {
		t.Logf("%s stays: %v", name, err)
	}
}

func exec1(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgconn.Connect(ctx, dsn)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement).ReadAll(); err != nil {
		t.Fatalf("%.200s: %v", statement, err)
	}
}

// Role returns the URL for a new role of the same database, which has the rights that the statements give to {role}.
func Role(t testing.TB, dsn string, grants ...string) string {
	t.Helper()
	name := "r_" + strings.ToLower(rand.Text()[:16])
	Exec(t, dsn, "CREATE ROLE "+name+" LOGIN PASSWORD 'role'")
	t.Cleanup(func() { exec1(t, dsn, "DROP OWNED BY "+name); exec1(t, dsn, "DROP ROLE "+name) })
	for _, g := range grants {
		Exec(t, dsn, strings.ReplaceAll(g, "{role}", name))
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(name, "role")
	return u.String()
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Path = "/" + name
	return u.String()
}

// start starts a server and returns its URL.
func start() (string, error) {
	if dsn := os.Getenv(serverVar); dsn != "" {
		return dsn, nil
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	as, err := owner()
	if err != nil {
		return "", err
	}
	template, err := as.template(bin)
	if err != nil {
		return "", err
	}
	var last error
	for range 3 { // another program may take the port first
		dsn, err := as.run(bin, template)
		if err == nil {
			return dsn, nil
		}
		last = err
	}
	return "", last
}

// binaries returns the folder of the newest installed server.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is fine
	for _, dir := range [...]string{"/opt/homebrew/bin", "/usr/local/bin", "/usr/local/pgsql/bin"} {
		if path := filepath.Join(dir, "postgres"); len(found) == 0 && isFile(path) {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		path, err := exec.LookPath("postgres")
		if err != nil {
			return "", fmt.Errorf("no server is installed (set %s to use another)", serverVar)
		}
		found = append(found, path)
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
	return filepath.Dir(newest), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func major(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for a folder without a version
	return n
}

// account is the user that the server runs as: ourselves, or postgres where we are root, as whom it refuses to run.
type account struct {
	name string
	attr *syscall.SysProcAttr
	uid  int
}

func owner() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid()}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, fmt.Errorf("root cannot run a server and there is no user postgres: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	attr := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return account{name: "postgres", attr: attr, uid: int(uid)}, nil
}

// command makes a command that runs as the account.
func (a account) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = a.attr
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	return cmd
}

// template returns a data folder that initdb made, kept between runs; a server runs in a copy of it.
func (a account) template(bin string) (string, error) {
	// Owned by the account and named for it and the server: another user's folder is never taken.
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("custard-pgtest-%s-%s-2", a.name, filepath.Base(filepath.Dir(bin))))
	if info, err := os.Stat(dir); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) == a.uid {
			return dir, nil
		}
		return "", fmt.Errorf("%s belongs to somebody else", dir)
	}
	work := dir + "." + rand.Text()[:8]
	const script = `set -e
"$1/initdb" -D "$2" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
cat >"$2/pg_hba.conf" <<'END'
host all custard_password 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
END
cat >>"$2/postgresql.conf" <<'END'
fsync=off
full_page_writes=off
max_connections=60
shared_buffers=64MB
max_wal_size=512MB
END
echo "CREATE ROLE custard_password LOGIN PASSWORD 'correct horse'" | "$1/postgres" --single -D "$2" postgres >/dev/null
`
	if out, err := a.command("/bin/sh", "-c", script, "sh", bin, work).CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(work))
	}
	if err := os.Rename(work, dir); err != nil { // another test binary was faster
		return dir, os.RemoveAll(work)
	}
	return dir, nil
}

// run starts a server in a copy of the template, with a folder and port of its own. It ends, and its folder with it,
// when this process ends in whatever way.
func (a account) run(bin, template string) (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	p := &process{account: a, bin: bin, template: template, dir: filepath.Join(os.TempDir(), "custard-pg-"+rand.Text()[:10]), port: port}
	if err := p.start(false); err != nil {
		return "", err
	}
	return p.url(), nil
}

// process is a server that runs, or may run again, in a folder.
type process struct {
	account
	bin, template string
	dir, port     string
	hold          io.Closer // the pipe whose end the server ends with
	cmd           *exec.Cmd
}

func (p *process) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%s/postgres?sslmode=disable", p.port)
}

// start starts the server, in the folder as it is where there is one; keep leaves it for another start. The server ends
// when the pipe to its script is closed, which the system does when this process ends in whatever way.
func (p *process) start(keep bool) error {
	const script = `trap '' INT TERM HUP
if [ ! -d "$3" ]; then mkdir -m 700 "$3" && cp -a "$2" "$3/data" || exit 1; fi
"$1/postgres" -D "$3/data" -k "$3" -h 127.0.0.1 -p "$4" </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
[ "$5" = keep ] || rm -rf "$3"
`
	after := "remove"
	if keep {
		after = "keep"
	}
	cmd := p.command("/bin/sh", "-c", script, "sh", p.bin, p.template, p.dir, p.port, after)
	attr := syscall.SysProcAttr{}
	if cmd.SysProcAttr != nil {
		attr = *cmd.SysProcAttr
	}
	attr.Setpgid = true // no signal of the terminal's: the pipe alone ends it
	cmd.SysProcAttr = &attr
	hold, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(log)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() { // ends with the process, and holds the pipe open until then
				_, _ = io.Copy(io.Discard, log)
				_ = hold.Close()
			}()
			p.hold, p.cmd = hold, cmd
			return nil
		}
	}
	_ = hold.Close()
	return fmt.Errorf("the server did not start: %s", strings.Join(said, "; "))
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
