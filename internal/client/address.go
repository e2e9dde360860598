package client

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// ParseAddress reads the address of a server: https://custard.example, perhaps with a path below which it lies. Without a
// scheme it is https, for this machine itself http. CodeUsage for anything else, also for an address with a password.
func ParseAddress(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, custard.Errorf(custard.CodeUsage, "no server is chosen").
			WithHint("Say which: --server https://custard.example, or CUSTARD_SERVER.")
	}
	if !strings.Contains(text, "://") {
		scheme := "https://"
		if u, err := url.Parse("//" + text); err == nil && loopback(u.Hostname()) {
			scheme = "http://"
		}
		text = scheme + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, noAddress("the server's address cannot be read")
	case u.User != nil: // and it is not repeated
		return nil, noAddress("the server's address holds a name or password")
	case (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "":
		return nil, noAddress("%q is no address of a server", text)
	}
	u.Host = strings.ToLower(u.Host)
	path := strings.TrimRight(u.Path, "/")
	path = strings.TrimRight(strings.TrimSuffix(path, "/api/v1"), "/")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}, nil
}

func noAddress(format string, args ...any) error {
	return custard.Errorf(custard.CodeUsage, format, args...).WithHint("Write it as https://custard.example.")
}

// loopback says whether a host is this machine itself.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// private says whether what is sent to the server stays unread on its way: over TLS, or within this machine.
func (c *Client) private() bool {
	return c.plain || c.address.Scheme == "https" || loopback(c.address.Hostname())
}

// unencrypted is the error for a secret that would travel in the open.
func (c *Client) unencrypted() error {
	return custard.Errorf(custard.CodeRefused, "%s is not encrypted: whoever carries the packets would read your password or token", c.Address()).
		WithHint("Use https://%s. Where the network is yours alone, CUSTARD_INSECURE_HTTP=true sends them all the same.",
			net.JoinHostPort(c.address.Hostname(), "443"))
}
