package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/custard-ai/custard/agent/health"
	"github.com/custard-ai/custard/internal/custard"
)

// health asks the agent that runs here.
func (p *program) health(ctx context.Context, ready bool) error {
	c, err := p.settings()
	if err != nil {
		return err
	}
	if c.HealthAddress == "" {
		return custard.Errorf(custard.CodeUsage, "no address for probes is configured").
			WithHint("Start the agent with --health-address 127.0.0.1:8600, and name the same here.")
	}
	answer, err := health.Probe(ctx, c.HealthAddress, ready)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, strings.TrimSpace(answer))
	return err
}
