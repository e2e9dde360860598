package guard_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/llm/guard"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	private, err := guard.ParsePolicy([]string{"10.0.0.0/8", "192.168.1.7", "fd00::/8", "169.254.0.0/16", "100.64.0.0/10", "::/0", "0.0.0.0/0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		addr               string
		public, all, local bool // passes with the zero policy, with everything allowed, with Local
	}{
		{"104.18.6.192", true, true, true},
		{"2606:4700::6812:6c0", true, true, true},
		{"64:ff9b::6812:6c0", true, true, true}, // a public address through NAT64
		{"127.0.0.1", false, true, true},
		{"127.9.9.9", false, true, true},
		{"::1", false, true, true},
		{"::ffff:127.0.0.1", false, true, true},
		{"::127.0.0.1", false, true, false},
		{"0.0.0.0", false, true, false},
		{"::", false, true, false},
		{"10.1.2.3", false, true, true},
		{"172.31.255.255", false, true, true},
		{"172.32.0.1", true, true, true},
		{"192.168.1.7", false, true, true},
		{"::ffff:192.168.1.7", false, true, true},
		{"fd12::1", false, true, true},
		{"fec0::1", false, true, false},
		{"100.64.0.1", false, true, true},
		{"100.127.255.254", false, true, true},
		{"198.18.0.1", false, true, false},
		{"192.0.2.1", false, true, false},
		{"224.0.0.1", false, true, false},
		{"255.255.255.255", false, true, false},
		{"ff02::1", false, true, false},
		{"2001::1", false, true, false},
		{"2001:db8::1", false, true, false},
		{"2002:7f00:1::", false, true, false},
		{"64:ff9b::7f00:1", false, true, false},
		{"64:ff9b::10.0.0.1", false, true, false},
		{"64:ff9b:1::1", false, true, false},
		{"4000::1", false, true, false},
		// Metadata: never.
		{"169.254.169.254", false, false, false},
		{"169.254.170.2", false, false, false},
		{"::ffff:169.254.169.254", false, false, false},
		{"64:ff9b::169.254.169.254", false, false, false},
		{"2002:a9fe:a9fe::", false, false, false},
		{"::169.254.169.254", false, false, false},
		{"168.63.129.16", false, false, false},
		{"100.100.100.200", false, false, false},
		{"fd00:ec2::254", false, false, false},
		{"fe80::1%eth0", false, false, false},
	} {
		addr := netip.MustParseAddr(c.addr)
		for name, p := range map[string]struct {
			policy guard.Policy
			want   bool
		}{"public": {guard.Policy{}, c.public}, "everything allowed": {private, c.all}, "local": {guard.Local(), c.local}} {
			err := p.policy.Check(addr)
			if (err == nil) != p.want {
				t.Errorf("%s, %s: got %v, want pass %t", c.addr, name, err, p.want)
			}
			if err != nil && custard.AsError(err).Code != custard.CodePolicy {
				t.Errorf("%s, %s: code %s", c.addr, name, custard.AsError(err).Code)
			}
		}
	}
}

// A name that resolves to this machine is refused at the dial, and the same client reaches the same server where that is
// allowed: the refusal is the guard's, not the server's.
func TestClientChecksTheAddressThatIsDialled(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		res, err := get(t, guard.Policy{}, "http://"+net.JoinHostPort(strings.Trim(host, "[]"), port))
		if err == nil {
			res.Body.Close()
		}
		if e := custard.AsError(err); e == nil || e.Code != custard.CodePolicy {
			t.Errorf("%s: got %v", host, err)
		}
	}
	if hits.Load() != 0 {
		t.Fatalf("%d requests reached the server", hits.Load())
	}
	res, err := get(t, guard.Local(), "http://localhost:"+port)
	if err != nil || hits.Load() != 1 {
		t.Fatalf("allowed: %v, %d requests", err, hits.Load())
	}
	res.Body.Close()
}

func TestClientFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(inner.Close)
	outer := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusTemporaryRedirect))
	t.Cleanup(outer.Close)
	res, err := get(t, guard.Local(), outer.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusTemporaryRedirect || hits.Load() != 0 {
		t.Fatalf("status %d, %d requests behind the redirect", res.StatusCode, hits.Load())
	}
}

func get(t *testing.T, p guard.Policy, url string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := p.Client()
	t.Cleanup(client.CloseIdleConnections)
	return client.Do(req)
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		raw, want string
		policy    guard.Policy
		code      custard.Code
	}{
		{raw: "https://api.openai.com/v1/", want: "https://api.openai.com/v1"},
		{raw: "http://localhost:11434/v1", want: "http://localhost:11434/v1", policy: guard.Local()},
		{raw: "http://api.example.com/v1", code: custard.CodeUsage},
		{raw: "https://user:secret@api.example.com", code: custard.CodeUsage},
		{raw: "https://api.example.com/v1?key=secret", code: custard.CodeUsage},
		{raw: "https://api.example.com/#x", code: custard.CodeUsage},
		{raw: "file:///etc/passwd", code: custard.CodeUsage},
		{raw: "https:///v1", code: custard.CodeUsage},
		{raw: "gopher://x", code: custard.CodeUsage},
		{raw: "://", code: custard.CodeUsage},
		{raw: "https://169.254.169.254/latest", code: custard.CodePolicy, policy: guard.Local()},
		{raw: "https://[::ffff:10.0.0.1]/", code: custard.CodePolicy},
	} {
		got, err := c.policy.BaseURL(c.raw)
		if c.code == "" {
			if err != nil || got != c.want {
				t.Errorf("%s: got %q, %v", c.raw, got, err)
			}
			continue
		}
		if e := custard.AsError(err); e == nil || e.Code != c.code || strings.Contains(e.Error(), "secret") {
			t.Errorf("%s: got %q, %v; want %s without the secret", c.raw, got, err, c.code)
		}
	}
}

func TestParsePolicyRefusesWhatIsNoRange(t *testing.T) {
	t.Parallel()
	if _, err := guard.ParsePolicy([]string{"localhost"}); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeUsage {
		t.Fatalf("got %v", err)
	}
}
