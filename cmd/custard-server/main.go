// Command custard-server is the hosted side of Custard.
package main

import (
	"context"
	"os"

	"github.com/custard-ai/custard/cmd/custard-server/app"
)

// version is set by the release build.
var version = "dev"

func main() {
	code := app.Run(context.Background(), version, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	os.Exit(code)
}
