package store

import "testing"

func watch(*testing.T) func(string) { return nil }
