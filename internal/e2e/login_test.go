package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// aServer starts a server of its own and returns its address.
func aServer(t *testing.T) (*process, string) {
	t.Helper()
	dir := t.TempDir()
	p, err := startProcess(dir, filepath.Join(dir, "server.log"), []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "HOST=127.0.0.1", "PORT=0",
	}, "custard-server")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	said, err := p.await(listening())
	if err != nil {
		t.Fatal(err)
	}
	return p, said[1]
}

// People type their password, and it is shown nowhere.
func TestSigningUpAndInOnATerminal(t *testing.T) {
	t.Parallel()
	server, url := aServer(t)
	home := "CUSTARD_HOME=" + t.TempDir()
	const password = "correct horse battery"
	term := start(t, 80, 24, []string{home}, "--server", url, "signup")
	for _, typed := range [][2]string{
		{"Your name: ", "Ada"}, {"Organisation: ", "Acme"}, {"E-mail: ", "ada@example.com"}, {"Password: ", password}, {"The same again: ", password},
	} {
		term.await(typed[0])
		term.send(typed[1] + "\n")
	}
	screen, code := term.exit()
	if code != 0 || strings.Contains(screen, password) || !strings.Contains(screen, "A link was sent to ada@example.com") {
		t.Fatalf("exit code %d:\n%s", code, screen)
	}
	link, err := server.await(regexp.MustCompile(`http://\S+/verify\?\S+`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := browse(link[0], nil); err != nil {
		t.Fatal(err)
	}

	term = start(t, 80, 24, []string{home}, "login")
	term.await("E-mail: ")
	term.send("ada@example.com\n")
	term.await("Password: ")
	term.send(password + "\n")
	screen, code = term.exit()
	if code != 0 || strings.Contains(screen, password) || !strings.Contains(screen, "as ada@example.com (Acme, owner)") {
		t.Fatalf("exit code %d:\n%s", code, screen)
	}

	// What is made on the server waits for its agent until the user has seen enough.
	term = start(t, 200, 24, []string{home}, "connections", "add", "shop", "--hosted", "--dialect", "sqlite")
	term.await("waiting for the agent")
	term.send("\x03")
	screen, code = term.exit()
	if code != 0 || !strings.Contains(screen, "AGENT_TOKEN=cust_agent_") || !strings.Contains(screen, "Not waiting any longer") {
		t.Errorf("exit code %d:\n%s", code, screen)
	}

	// What is removed for everybody is asked first.
	term = start(t, 200, 24, []string{home}, "connections", "remove", "shop")
	term.await("Remove shop for everybody")
	term.send("n\n")
	if screen, code = term.exit(); code != 0 || !strings.Contains(screen, "Nothing was changed") {
		t.Errorf("exit code %d:\n%s", code, screen)
	}
}

// An interrupt at the password leaves a terminal that shows what is typed.
func TestAnInterruptAtThePassword(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("stty"); err != nil {
		t.Skip("no stty")
	}
	term := start(t, 80, 24, nil, "--server", "http://127.0.0.1:1", "login", "--email", "ada@example.com")
	term.await("Password: ")
	term.send("secret\x03")
	screen, code := term.exit()
	if code != 130 || strings.Contains(screen, "secret") {
		t.Errorf("exit code %d:\n%s", code, screen)
	}
	stty := exec.Command("stty", "-a")
	stty.Stdin = term.pty
	out, err := stty.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !regexp.MustCompile(`(^|\s)echo(\s|$)`).Match(out) {
		t.Errorf("the terminal is left without echo:\n%s", out)
	}
}
