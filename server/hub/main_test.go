package hub_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails where a goroutine of the hub or of a connection outlives the tests.
func TestMain(m *testing.M) {
	code := m.Run()
	deadline := time.Now().Add(5 * time.Second)
	for code == 0 {
		left := leaked()
		if len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			fmt.Printf("%d goroutines were left:\n%s\n", len(left), bytes.Join(left, []byte("\n\n")))
			code = 1
		}
		time.Sleep(10 * time.Millisecond)
	}
	os.Exit(code)
}

func leaked() [][]byte {
	buf := make([]byte, 16<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left [][]byte
	for i, stack := range bytes.Split(buf, []byte("\n\n")) {
		if i > 0 && (bytes.Contains(stack, []byte("custard/server/hub.")) || bytes.Contains(stack, []byte("custard/internal/wire."))) {
			left = append(left, stack)
		}
	}
	return left
}
