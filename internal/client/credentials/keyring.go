package credentials

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// service is what the keyring lists our secrets under.
const service = "custard"

// keyringPatience is how long a keyring may take: one that waits for somebody to unlock it on another screen never answers.
const keyringPatience = 10 * time.Second

// System returns the system's keyring, or nil where there is none: on Linux without a session bus, where the library would
// start one.
func System(getenv func(string) string) Keyring {
	switch runtime.GOOS {
	case "darwin", "windows":
		return system{}
	}
	if address := getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		if address == "autolaunch:" || address != os.Getenv("DBUS_SESSION_BUS_ADDRESS") {
			return nil
		}
		return system{}
	}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" && dir == os.Getenv("XDG_RUNTIME_DIR") {
		if info, err := os.Stat(filepath.Join(dir, "bus")); err == nil && info.Mode()&os.ModeSocket != 0 {
			return system{}
		}
	}
	return nil
}

type system struct{}

func (system) Get(id string) (string, error) {
	secret, err := within(func() (string, error) { return keyring.Get(service, id) })
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoSecret
	}
	return secret, err
}

func (system) Set(id, secret string) error {
	_, err := within(func() (string, error) { return "", keyring.Set(service, id, secret) })
	return err
}

func (system) Delete(id string) error {
	_, err := within(func() (string, error) { return "", keyring.Delete(service, id) })
	return err
}

var errKeyringSilent = errors.New("the keyring does not answer")

// within gives a call of the keyring so long. The library cannot be told to stop: a call that hangs ends with the program.
func within(f func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := f()
		answers <- answer{text, err}
	}()
	timer := time.NewTimer(keyringPatience)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.text, a.err
	case <-timer.C:
		return "", errKeyringSilent
	}
}
