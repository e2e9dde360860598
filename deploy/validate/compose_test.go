package validate

import (
	"os"
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// load reads the compose file with Compose's own loader, which checks it against the specification's schema.
func load(t *testing.T) *types.Project {
	t.Helper()
	const path = "../compose.yaml"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  "..",
		ConfigFiles: []types.ConfigFile{{Filename: path, Content: content}},
		Environment: map[string]string{"CONNECTION_ID": "c1", "AGENT_TOKEN": "cust_agent_x"},
	}, func(o *loader.Options) { o.Profiles = []string{"agent"} })
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func TestComposeFileIsValid(t *testing.T) {
	t.Parallel()
	project := load(t)
	for _, name := range []string{"server", "postgres", "nats", "sample", "agent"} {
		if _, err := project.GetService(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The customer's database is reached by the agent alone: it publishes no port, and the server shares no network with it.
func TestSampleDatabaseIsReachedByTheAgentAlone(t *testing.T) {
	t.Parallel()
	project := load(t)
	sample, server, agent := project.Services["sample"], project.Services["server"], project.Services["agent"]
	if len(sample.Ports) > 0 {
		t.Error("the sample database publishes a port")
	}
	for network := range sample.Networks {
		if _, shared := server.Networks[network]; shared {
			t.Errorf("server and sample database share the network %s", network)
		}
		if _, shared := agent.Networks[network]; !shared {
			t.Errorf("the agent is not on the network %s of its database", network)
		}
		if !project.Networks[network].Internal {
			t.Errorf("the network %s of the sample database is not internal", network)
		}
	}
}

func TestOwnContainersRunWithoutRights(t *testing.T) {
	t.Parallel()
	project := load(t)
	for _, name := range []string{"server", "agent"} {
		s := project.Services[name]
		if !s.ReadOnly || s.Privileged || !slices.Contains(s.CapDrop, "ALL") || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s: read_only %v, privileged %v, cap_drop %v, security_opt %v", name, s.ReadOnly, s.Privileged, s.CapDrop, s.SecurityOpt)
		}
	}
}

func TestComposeFileMountsWhatIsThere(t *testing.T) {
	t.Parallel()
	for name, s := range load(t).Services {
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s mounts %s: %v", name, v.Source, err)
			}
		}
	}
}
