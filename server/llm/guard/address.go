package guard

import "net/netip"

func prefix4(a, b, c, d byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, d}), bits)
}

// prefix6 makes a prefix of the leading 16-bit groups.
func prefix6(bits int, groups ...uint16) netip.Prefix {
	var b [16]byte
	for i, g := range groups {
		b[2*i], b[2*i+1] = byte(g>>8), byte(g)
	}
	return netip.PrefixFrom(netip.AddrFrom16(b), bits)
}

// isMetadata says whether addr is one of the fixed addresses where clouds serve machines their credentials.
func isMetadata(addr netip.Addr) bool {
	for _, p := range [...]netip.Prefix{
		prefix4(169, 254, 0, 0, 16),                         // AWS, Google, Azure, Oracle, DigitalOcean; ECS credentials; link-local altogether
		prefix4(168, 63, 129, 16, 32),                       // Azure's wire server: a public address by its look
		prefix4(100, 100, 100, 200, 32),                     // Alibaba
		prefix4(192, 0, 0, 192, 32),                         // Oracle, classic
		prefix6(128, 0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254), // AWS over IPv6
		prefix6(128, 0xfd20, 0x0ce, 0, 0, 0, 0, 0, 0x0254),  // Google over IPv6
		prefix6(10, 0xfe80),                                 // link-local
	} {
		if addr.IsValid() && p.Contains(addr) {
			return true
		}
	}
	return false
}

// special returns why addr is no public address; empty where it is one.
func special(addr netip.Addr) string {
	if !addr.IsValid() || addr.IsUnspecified() {
		return "it is no address of a machine"
	}
	if addr.IsMulticast() {
		return "it is a multicast address"
	}
	for _, r := range [...]struct {
		prefix netip.Prefix
		reason string
	}{
		{prefix4(127, 0, 0, 0, 8), "it is this machine"},
		{prefix6(128, 0, 0, 0, 0, 0, 0, 0, 1), "it is this machine"},
		{prefix4(0, 0, 0, 0, 8), "it is this network"},
		{prefix4(10, 0, 0, 0, 8), "it is a private address"},
		{prefix4(172, 16, 0, 0, 12), "it is a private address"},
		{prefix4(192, 168, 0, 0, 16), "it is a private address"},
		{prefix6(7, 0xfc00), "it is a private address"},
		{prefix6(10, 0xfec0), "it is a private address"},
		{prefix4(100, 64, 0, 0, 10), "it is a carrier's private address"},
		{prefix4(169, 254, 0, 0, 16), "it is a link-local address"},
		{prefix6(10, 0xfe80), "it is a link-local address"},
		{prefix4(192, 0, 0, 0, 24), "it is reserved"},
		{prefix4(192, 0, 2, 0, 24), "it is for documents"},
		{prefix4(198, 51, 100, 0, 24), "it is for documents"},
		{prefix4(203, 0, 113, 0, 24), "it is for documents"},
		{prefix4(192, 88, 99, 0, 24), "it is reserved"},
		{prefix4(198, 18, 0, 0, 15), "it is for benchmarks"},
		{prefix4(240, 0, 0, 0, 4), "it is reserved"},
		{prefix6(23, 0x2001, 0), "it is reserved"}, // Teredo, ORCHID, benchmarks
		{prefix6(32, 0x2001, 0x0db8), "it is for documents"},
		{prefix6(20, 0x3fff), "it is for documents"},
		{prefix6(16, 0x2002), "it is a tunnel"},
		{prefix6(48, 0x0064, 0xff9b, 1), "it is a private translation prefix"},
		{prefix6(64, 0x0100), "it is a black hole"},
		{prefix6(16, 0x5f00), "it is reserved"},
	} {
		if r.prefix.Contains(addr) {
			return r.reason
		}
	}
	if addr.Is6() && !prefix6(3, 0x2000).Contains(addr) && !prefix6(96, 0x0064, 0xff9b).Contains(addr) {
		return "it is not a public address"
	}
	return ""
}

// embedded returns the IPv4 address that an IPv6 address stands for (translation prefix, 6to4, compatible form); the zero
// Addr for any other.
func embedded(addr netip.Addr) netip.Addr {
	if !addr.Is6() {
		return netip.Addr{}
	}
	b := addr.As16()
	switch {
	case prefix6(96, 0x0064, 0xff9b).Contains(addr), prefix6(96).Contains(addr) && addr != netip.IPv6Loopback() && !addr.IsUnspecified():
		return netip.AddrFrom4([4]byte(b[12:16]))
	case prefix6(16, 0x2002).Contains(addr):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return netip.Addr{}
}
