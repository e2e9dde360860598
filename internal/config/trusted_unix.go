//go:build unix

package config

import (
	"io/fs"
	"os"
	"syscall"
)

// trusted says whether a file belongs to this user or to root; root trusts everybody, as in containers.
func trusted(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	me := os.Getuid()
	return me == 0 || stat.Uid == 0 || int(stat.Uid) == me
}
