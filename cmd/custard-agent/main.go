// Command custard-agent stands beside a customer's database.
package main

import (
	"context"
	"os"

	"github.com/custard-ai/custard/cmd/custard-agent/app"
)

// version is set by the release build.
var version = "dev"

func main() {
	code := app.Run(context.Background(), version, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	os.Exit(code)
}
