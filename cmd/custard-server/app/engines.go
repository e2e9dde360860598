package app

import (
	"log/slog"
	"os"

	"github.com/custard-ai/custard/internal/config"
	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/catalog"
	"github.com/custard-ai/custard/server/engines"
	"github.com/custard-ai/custard/server/llm"
	"github.com/custard-ai/custard/server/llm/guard"
	"github.com/custard-ai/custard/server/llm/keyring"
)

// newEngines makes what translates questions. store keeps what organisations set for their models; ring seals their keys, and
// is nil where the server has no secret.
func newEngines(c *config.Server, getenv func(string) string, store catalog.ModelStore, ring *keyring.Ring, log *slog.Logger) (*engines.Engines, error) {
	policy, err := guard.ParsePolicy(c.ModelRanges)
	if err != nil {
		return nil, err
	}
	cfg := engines.Config{
		Getenv: withKeys(c, getenv), Standard: c.Engine, Guard: policy, DailyTokens: c.DailyTokens, AskTokens: c.AskTokens,
		Store: store, Ring: ring, Logger: log,
	}
	if c.OwnRanges {
		cfg.OwnGuard = policy
	}
	if c.ModelPrices != "" {
		text, err := os.ReadFile(c.ModelPrices)
		if err != nil {
			return nil, custard.Errorf(custard.CodeUsage, "the models' prices cannot be read: %w", err)
		}
		if cfg.Prices, err = llm.ParsePrices(text); err != nil {
			return nil, err
		}
	}
	return engines.New(cfg)
}

// withKeys is the environment with the keys that came from files.
func withKeys(c *config.Server, getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case "OPENAI_API_KEY":
			return c.OpenAIKey
		case "ANTHROPIC_API_KEY":
			return c.AnthropicKey
		}
		return getenv(name)
	}
}
