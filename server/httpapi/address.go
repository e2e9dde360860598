package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// AddressOf returns how to find out where a request comes from, without a port: its peer, or whom a trusted proxy says that
// it speaks for.
func AddressOf(trusted []netip.Prefix) func(*http.Request) string {
	return proxies(trusted).address
}

// proxies are networks whose X-Forwarded-For is believed.
type proxies []netip.Prefix

func (p proxies) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr) })
}

func (p proxies) address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	if !p.trusts(addr) {
		return addr.String()
	}
	// From the right: the last entry was written by the proxy next to us, and so on for as long as they are trusted.
	for _, header := range slices.Backward(r.Header.Values("X-Forwarded-For")) {
		for _, part := range slices.Backward(strings.Split(header, ",")) {
			next, err := netip.ParseAddr(strings.TrimSpace(part))
			if err != nil {
				return addr.String()
			}
			if addr = next.Unmap().WithZone(""); !p.trusts(addr) {
				return addr.String()
			}
		}
	}
	return addr.String()
}
