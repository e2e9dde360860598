package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestBoundsDoubleAndStayBelowTheMost(t *testing.T) {
	t.Parallel()
	b := &Backoff{First: time.Second, Most: 30 * time.Second, Random: func() float64 { return 1 }}
	for i, seconds := range []int{1, 2, 4, 8, 16, 30, 30} {
		if got, want := b.Next(), time.Duration(seconds)*time.Second; got != want {
			t.Errorf("delay %d is %v, want %v", i, got, want)
		}
	}
	for range 100 {
		if got := b.Next(); got != 30*time.Second {
			t.Fatalf("after many failures: %v", got)
		}
	}
	b.Reset()
	if got := b.Next(); got != time.Second {
		t.Errorf("after Reset: %v", got)
	}
}

func TestAnyDelayUpToTheBoundOccurs(t *testing.T) {
	t.Parallel()
	var low, high int
	for range 1000 {
		b := &Backoff{First: time.Second, Most: time.Minute}
		switch d := b.Next(); {
		case d < 0 || d >= time.Second:
			t.Fatalf("delay %v is out of bounds", d)
		case d < 500*time.Millisecond:
			low++
		default:
			high++
		}
	}
	if low < 400 || high < 400 {
		t.Errorf("%d delays in the lower half, %d in the upper", low, high)
	}
}

func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if !Sleep(t.Context(), time.Minute, nil) || time.Since(start) != time.Minute {
			t.Error("did not wait to the end")
		}
		early := make(chan struct{}, 1)
		early <- struct{}{}
		if start = time.Now(); !Sleep(t.Context(), time.Minute, early) || time.Since(start) != 0 {
			t.Error("did not wake early")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if Sleep(ctx, time.Minute, nil) || time.Since(start) != time.Second {
			t.Error("did not end with the context")
		}
	})
}
