package config

import (
	"strconv"
	"strings"
	"time"
)

func parseLimit(c *Config, s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	c.Limit = n
	return err == nil && n >= 0
}

func parseTimeout(c *Config, s string) bool {
	d, err := time.ParseDuration(s)
	if seconds, nerr := strconv.Atoi(s); nerr == nil { // seconds, as other tools take them
		d, err = time.Duration(seconds)*time.Second, nil
	}
	c.Timeout = d
	return err == nil && d > 0
}

func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "on":
		return true, true
	case "0", "false", "no", "off", "":
		return false, true
	}
	return false, false
}
