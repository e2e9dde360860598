package cli

import (
	"context"
	"time"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/span"
	"github.com/custard-ai/custard/server/trace"
)

// tracer is told of each question's stages: the history, and the collector that the environment names. A collector that is
// named wrongly is warned of; the question is answered all the same.
func (a *app) tracer() span.Tracer {
	if a.traces == nil {
		c, wanted, err := trace.FromEnvironment(a.getenv)
		if err == nil && wanted {
			c.Service, c.Version, c.Logger = "custard", a.version, a.log()
			a.traces, err = trace.New(context.Background(), c) // ended by closeTraces: it outlives the question
		}
		if err != nil {
			a.warn("no trace is sent: " + custard.AsError(err).Message)
		}
	}
	if a.traces == nil {
		return &a.stages
	}
	return span.Both(a.traces, &a.stages)
}

// closeTraces sends what is left. A collector that does not answer is not waited for long: nobody asked for its answer.
func (a *app) closeTraces() {
	if a.traces == nil {
		return
	}
	const patience = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.traces.Close(ctx); err != nil {
		a.log().Warn("traces were not sent", "error", err)
	}
}
