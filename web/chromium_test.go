package web_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/custard-ai/custard/server/auth"
)

var screenshots = flag.String("screenshots", "", "a folder to keep pictures of the pages in")

// chromium starts a real browser without JavaScript. Errors that the browser reports (what the policy blocks, what is
// missing) fail the test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no chromium: scripts/setup installs it")
		}
		t.Skip("there is no chromium: scripts/setup installs it")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("ignore-certificate-errors", true), chromedp.WSURLReadTimeout(time.Minute))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	var mu sync.Mutex
	var said []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*cdplog.EventEntryAdded); ok && e.Entry.Level == cdplog.LevelError {
			mu.Lock()
			said = append(said, e.Entry.Text+" "+e.Entry.URL)
			mu.Unlock()
		}
	})
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range said {
			t.Errorf("the browser reports: %s", s)
		}
	})
	if err := chromedp.Run(ctx, cdplog.Enable(), emulation.SetScriptExecutionDisabled(true)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// Somebody at a terminal signs in through a browser: the link, signing in, looking, approving.
func TestDeviceApprovalInABrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	ctx := chromium(t)
	d, err := s.StartDevice(t.Context(), "custard on laptop", auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	var shown, said string
	if err := chromedp.Run(ctx,
		chromedp.Navigate(d.URLWhole),
		chromedp.SendKeys("#email", "ann@example.com", chromedp.ByQuery),
		chromedp.SendKeys("#password", "planted-Pa55word-horse\r", chromedp.ByQuery),
		chromedp.WaitVisible(".bigcode", chromedp.ByQuery),
		chromedp.Text("main", &shown, chromedp.ByQuery),
		chromedp.Click(`button[value="approve"]`, chromedp.ByQuery),
		chromedp.WaitVisible(".mark.good", chromedp.ByQuery),
		chromedp.Text("main", &said, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{d.UserCode, "custard on laptop", "ann@example.com", "Org of ann@example.com"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not show %q: %s", want, shown)
		}
	}
	if !strings.Contains(said, "The terminal is signed in") {
		t.Errorf("the last page says %s", said)
	}
	session, err := s.PollDevice(t.Context(), d.DeviceCode, auth.Caller{})
	if err != nil || session.User.Email != "ann@example.com" {
		t.Errorf("the terminal gets %+v, %v", session.User, err)
	}
}

// With -screenshots FOLDER: pictures for people, in light and dark, wide and narrow.
func TestPictures(t *testing.T) {
	if *screenshots == "" {
		t.Skip("run with -screenshots FOLDER")
	}
	s := newSite(t)
	s.Owner(t, "ann@example.com")
	ctx := chromium(t)
	d, err := s.StartDevice(t.Context(), "custard on laptop", auth.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	take := func(name, scheme string, width int64) {
		t.Helper()
		var png []byte
		if err := chromedp.Run(ctx,
			chromedp.EmulateViewport(width, 820),
			emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
			chromedp.ActionFunc(func(ctx context.Context) (err error) {
				png, err = page.CaptureScreenshot().Do(ctx)
				return err
			}),
		); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*screenshots, name+"-"+scheme+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	open := func(path string) {
		t.Helper()
		if err := chromedp.Run(ctx, chromedp.Navigate(s.srv.URL+path), chromedp.WaitVisible("main", chromedp.ByQuery)); err != nil {
			t.Fatal(err)
		}
	}
	open("/login")
	take("login", "light", 1280)
	take("login", "dark", 390)
	open("/signup")
	take("signup", "light", 390)
	open("/verify?token=x")
	take("verify", "dark", 1280)
	open("/device?code=" + d.UserCode)
	if err := chromedp.Run(ctx, chromedp.SendKeys("#email", "ann@example.com", chromedp.ByQuery), chromedp.SendKeys("#password", "planted-Pa55word-horse\r", chromedp.ByQuery), chromedp.WaitVisible(".bigcode", chromedp.ByQuery)); err != nil {
		t.Fatal(err)
	}
	take("approve", "light", 1280)
	take("approve", "dark", 390)
	open("/device")
	take("device", "light", 1280)
	open("/")
	take("home", "light", 1280)
	if err := chromedp.Run(ctx, chromedp.Navigate(s.srv.URL+"/device?code="+d.UserCode), chromedp.Click(`button[value="approve"]`, chromedp.ByQuery), chromedp.WaitVisible(".mark.good", chromedp.ByQuery)); err != nil {
		t.Fatal(err)
	}
	take("done", "light", 1280)
}
