// Package guard keeps outbound calls whose address somebody configured (a model's base URL) from reaching what only this
// machine or its network may reach. The rules:
//
//   - The address that is dialled decides, after names are resolved and for every connection: a name that changes what it
//     points to between a check and the dial gains nothing.
//   - Only global unicast addresses pass, but for ranges that the operator allows. Forms that carry an IPv4 address within
//     IPv6 are judged by it.
//   - The addresses where clouds keep their metadata never pass, whatever is allowed.
//   - Redirects are not followed: a provider's answer does not choose where a key is sent.
//   - Proxies of the environment are not used unless the policy names one: through a proxy the address is its own.
package guard

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

// Policy says which addresses may be dialled beyond the public ones. The zero value allows no other.
type Policy struct {
	Allow []netip.Prefix                        // ranges that the operator allows: a model server on the same network
	Proxy func(*http.Request) (*url.URL, error) // http.ProxyFromEnvironment on a person's machine; nil for none
}

// Local is the policy of a program that runs for the person who configured it: this machine and private networks too.
func Local() Policy {
	return Policy{Allow: []netip.Prefix{
		prefix4(127, 0, 0, 0, 8), prefix4(10, 0, 0, 0, 8), prefix4(172, 16, 0, 0, 12), prefix4(192, 168, 0, 0, 16), prefix4(100, 64, 0, 0, 10),
		netip.PrefixFrom(netip.IPv6Loopback(), 128), netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfc}), 7),
	}}
}

// ParsePolicy reads the ranges that an operator allows: 10.0.0.0/8, 192.168.1.7, ::1. CodeUsage for what is neither.
func ParsePolicy(allow []string) (Policy, error) {
	var p Policy
	for _, s := range allow {
		prefix, err := netip.ParsePrefix(s)
		if addr, aerr := netip.ParseAddr(s); aerr == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return Policy{}, custard.Errorf(custard.CodeUsage, "%q is no address range", s).WithHint("Write it as 10.0.0.0/8 or 192.168.1.7.")
		}
		p.Allow = append(p.Allow, prefix.Masked())
	}
	return p, nil
}

// Check returns a *custard.Error of CodePolicy where addr may not be dialled.
func (p Policy) Check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	inner := embedded(addr)
	if isMetadata(addr) || isMetadata(inner) {
		return refused(addr, "it is where a cloud keeps its machines' credentials")
	}
	for _, allowed := range p.Allow {
		if allowed.Contains(addr) {
			return nil
		}
	}
	if reason := special(addr); reason != "" {
		return refused(addr, reason)
	}
	if inner.IsValid() {
		if reason := special(inner); reason != "" {
			return refused(addr, reason)
		}
	}
	return nil
}

func refused(addr netip.Addr, reason string) error {
	return custard.Errorf(custard.CodePolicy, "the address %s may not be dialled: %s", addr, reason).
		WithHint("The operator can allow a range of private addresses for models.")
}

// Client returns an HTTP client that dials by the policy and follows no redirect. It has no time limit of its own: calls
// carry a context.
func (p Policy) Client() *http.Client {
	return &http.Client{Transport: p.Transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Transport returns the transport of Client.
func (p Policy) Transport() *http.Transport {
	const patience, idle, kept = 10 * time.Second, 90 * time.Second, 16
	dialer := &net.Dialer{Timeout: patience, KeepAlive: patience, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		return p.checkDial(address)
	}}
	return &http.Transport{
		Proxy: p.Proxy, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: patience,
		MaxIdleConns: 4 * kept, MaxIdleConnsPerHost: kept, IdleConnTimeout: idle, ExpectContinueTimeout: time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

func (p Policy) checkDial(address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return custard.Errorf(custard.CodePolicy, "the address %q may not be dialled: it is no address", address)
	}
	return p.Check(ap.Addr())
}

// BaseURL reads the base URL of a service, without a / at its end. It takes http and https alone, no user, query or
// fragment; and http only where the policy allows addresses that are not public, as a key would cross the internet in the
// open otherwise. CodeUsage says what is wrong. Which address the name has is checked when it is dialled.
func (p Policy) BaseURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	wrong := func(why string) (string, error) {
		return "", custard.Errorf(custard.CodeUsage, "the base URL is not usable: %s", why).WithHint("Write it as https://models.example.com/v1.")
	}
	switch {
	case err != nil:
		return wrong("it is no URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong("it must begin with https://")
	case u.Hostname() == "":
		return wrong("it names no host")
	case u.User != nil:
		return wrong("a user or password does not belong in it")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return wrong("a query or fragment does not belong in it")
	case u.Scheme == "http" && len(p.Allow) == 0:
		return wrong("http:// would send the key unencrypted; use https://")
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil {
		if err := p.Check(addr); err != nil {
			return "", err
		}
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// String says what the policy allows, for `doctor`.
func (p Policy) String() string {
	if len(p.Allow) == 0 {
		return "public addresses"
	}
	return fmt.Sprintf("public addresses and %v", p.Allow)
}
