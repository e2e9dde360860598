//go:build linux

package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The agent's image is empty but for the program: no libc, no loader, no root certificates, no /tmp, no user. It must run
// there, as nobody, in a file system that it cannot write.
func TestAgentRunsInAnEmptyRoot(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "custard-agent")
	build := exec.Command("go", "build", "-o", path, "../../cmd/custard-agent")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as the release has it
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // read only
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Fatal("the program needs a loader: it is not static (CGO_ENABLED=0 builds it so)")
		}
	}
	if os.Geteuid() != 0 {
		t.Skip("only root may change the root folder: that part of the test is left out")
	}
	root := t.TempDir()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "custard-agent"), data, 0o555); err != nil {
		t.Fatal(err)
	}
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o555); err != nil { // nobody must get there, and may not write
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(root, 0o755) }) // so that it can be removed
	run := func(env []string, args ...string) (string, int) {
		cmd := exec.Command("/custard-agent", args...)
		cmd.Dir, cmd.Env = "/", env
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, code := run(nil, "version"); code != 0 || !strings.HasPrefix(out, "custard-agent ") {
		t.Errorf("version: %d, %s", code, out)
	}
	// Nobody answers at either place: what counts is that it gets so far, its own roots among it.
	out, code := run([]string{
		"BACKEND_WEBSOCKET_URI=https://127.0.0.1:1", "CONNECTION_ID=c1", "AGENT_TOKEN=cust_agent_x", "DB_URL=postgres://reader@127.0.0.1:1/shop",
	}, "check", "--timeout", "10s")
	if code != 5 || !strings.Contains(out, "FAIL  server: cannot reach") || !strings.Contains(out, "FAIL  database: nothing answers") {
		t.Errorf("check: %d\n%s", code, out)
	}
}
