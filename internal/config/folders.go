package config

import (
	"path/filepath"
	"runtime"
)

// Folders are where Custard keeps its files. An empty one means that the system does not say where.
type Folders struct {
	Config string // config.yaml
	Data   string // connections, history, the demo database
	Cache  string // what can be made again
}

// FindFolders returns the folders: all below CUSTARD_HOME where that is set; else custard in the XDG folders where those
// are set; else where the system keeps such things.
func FindFolders(getenv func(string) string) Folders {
	if home := getenv("CUSTARD_HOME"); home != "" {
		return Folders{Config: home, Data: filepath.Join(home, "data"), Cache: filepath.Join(home, "cache")}
	}
	config, data, cache := systemFolders(runtime.GOOS, getenv)
	folder := func(variable, fallback string) string {
		if dir := getenv(variable); filepath.IsAbs(dir) { // the XDG specification: others are to be ignored
			return filepath.Join(dir, "custard")
		}
		if fallback == "" {
			return ""
		}
		return filepath.Join(fallback, "custard")
	}
	return Folders{Config: folder("XDG_CONFIG_HOME", config), Data: folder("XDG_DATA_HOME", data), Cache: folder("XDG_CACHE_HOME", cache)}
}

func systemFolders(system string, getenv func(string) string) (config, data, cache string) {
	below := func(variable string, parts ...string) string {
		root := getenv(variable)
		if root == "" {
			return ""
		}
		return filepath.Join(append([]string{root}, parts...)...)
	}
	switch system {
	case "windows":
		return below("AppData"), below("LocalAppData"), below("LocalAppData", "cache")
	case "darwin", "ios":
		return below("HOME", "Library", "Application Support"), below("HOME", "Library", "Application Support"), below("HOME", "Library", "Caches")
	}
	return below("HOME", ".config"), below("HOME", ".local", "share"), below("HOME", ".cache")
}
