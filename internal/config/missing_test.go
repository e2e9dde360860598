package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// A file that is not there is named with the variable of the program that wanted it.
func TestMissingFileNamesTheProgramsOwnVariable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none.yaml")
	getenv := func(string) string { return "" }
	_, agent := LoadAgent(AgentOptions{File: path, Getenv: getenv})
	_, server := LoadServer(ServerOptions{File: path, Getenv: getenv})
	for variable, err := range map[string]error{"CUSTARD_AGENT_CONFIG": agent, "CUSTARD_SERVER_CONFIG": server} {
		if e := custard.AsError(err); e == nil || e.Code != custard.CodeUsage || !strings.Contains(e.Hint, variable) {
			t.Errorf("%s: %v", variable, err)
		}
	}
}
