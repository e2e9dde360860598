package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// spinner shows on a terminal's standard error that something is being done; elsewhere it does nothing.
type spinner struct {
	w      io.Writer
	frames []string
	dots   string
	mu     sync.Mutex
	text   string
	shown  bool
	quit   chan struct{}
	done   chan struct{}
}

const (
	spinnerDelay = 200 * time.Millisecond // what is faster needs none
	spinnerTick  = 100 * time.Millisecond
)

// spin begins to show a text; stop ends it and clears the line. A nil spinner does nothing.
func (a *app) spin(text string) *spinner {
	if !a.screen.err.Terminal() || a.quiet() || a.screen.dumb {
		return nil
	}
	s := &spinner{w: a.stderr, text: text, quit: make(chan struct{}), done: make(chan struct{}), frames: []string{"|", "/", "-", "\\"}, dots: "..."}
	if a.screen.err.Unicode {
		s.frames = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}
		s.dots = "…"
	}
	go s.run()
	return s
}

func (s *spinner) run() {
	defer close(s.done)
	delay := time.NewTimer(spinnerDelay)
	defer delay.Stop()
	select {
	case <-s.quit:
		return
	case <-delay.C:
	}
	tick := time.NewTicker(spinnerTick)
	defer tick.Stop()
	for frame := 0; ; frame++ {
		s.mu.Lock()
		fmt.Fprintf(s.w, "\r%s %s%s\x1b[K", s.frames[frame%len(s.frames)], s.text, s.dots)
		s.shown = true
		s.mu.Unlock()
		select {
		case <-s.quit:
			return
		case <-tick.C:
		}
	}
}

// say changes the text.
func (s *spinner) say(text string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.text = text
	s.mu.Unlock()
}

// stop ends the spinner and clears its line. It may be called again.
func (s *spinner) stop() {
	if s == nil {
		return
	}
	select {
	case <-s.quit:
		return
	default:
	}
	close(s.quit)
	<-s.done
	if s.shown {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}
