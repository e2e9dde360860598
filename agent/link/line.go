package link

import (
	"sync"
	"time"

	"github.com/custard-ai/custard/internal/wire"
)

// line decides whether the rows of a connection are worth compressing: on a fast line compressing takes longer than it
// saves, on a slow one it sends in a second what would take six. How fast a line is shows in how long it takes frames.
type line struct {
	compress func() // from now on; nil where the hub takes no compressed frames

	mu    sync.Mutex
	bytes int64 // of the sample
	took  time.Duration
	slow  bool // decided; a connection does not change back
}

const (
	sample   = 2 << 20           // bytes before a decision
	fastLine = 100_000_000 / 8   // bytes per second from which on nothing is compressed
	tooFew   = wire.MaxBatch / 8 // bytes of a frame that say nothing about the line
)

// sent notes how long a frame took.
func (l *line) sent(bytes int, took time.Duration) {
	if l.compress == nil || bytes < tooFew {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.slow {
		return
	}
	l.bytes += int64(bytes)
	l.took += took
	// What a fast line needs for a whole sample is passed before it is complete on a slow one.
	if l.took > sample*time.Second/fastLine {
		l.slow = true
		l.compress()
	} else if l.bytes >= sample {
		l.bytes, l.took = 0, 0
	}
}
