package config

import (
	"io"
	"log/slog"
)

// Logger returns what a program that serves logs with: to w, in a format (json, or else text), from a level on; info where
// the level is none.
func Logger(w io.Writer, format, level string) *slog.Logger {
	var from slog.Level
	if err := from.UnmarshalText([]byte(level)); err != nil {
		from = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: from}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
