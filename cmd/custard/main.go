// Command custard asks a database questions in plain language, from the terminal.
package main

import (
	"context"
	"os"

	"github.com/custard-ai/custard/cmd/custard/cli"
)

// version is set by the release build.
var version = "dev"

func main() {
	code := cli.Run(context.Background(), version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	os.Exit(code)
}
