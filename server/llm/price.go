package llm

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"strings"
	"sync"

	"github.com/custard-ai/custard/internal/custard"
)

// Cost is what an answer cost, in US dollars. It is known only where the service reported usage and the model has a price.
type Cost struct {
	USD   float64 `json:"usd"`
	Known bool    `json:"known"`
}

// Add returns the sum of two costs, known where both are.
func (c Cost) Add(d Cost) Cost { return Cost{USD: c.USD + d.USD, Known: c.Known && d.Known} }

// Price is what a model's tokens cost, in US dollars a million.
type Price struct {
	Input   float64  `json:"input"`
	Output  float64  `json:"output"`
	Cached  *float64 `json:"cached,omitempty"`  // read from the prompt cache; Input where it is nil
	Written *float64 `json:"written,omitempty"` // written to the prompt cache; Input where it is nil

	listed bool // from the list of a service: of its published address alone
}

// Of returns what a usage costs; unknown where the usage is.
func (p Price) Of(u Usage) Cost {
	if !u.Known {
		return Cost{}
	}
	cached, written := p.Input, p.Input
	if p.Cached != nil {
		cached = *p.Cached
	}
	if p.Written != nil {
		written = *p.Written
	}
	const million = 1e6
	plain := max(u.Input-u.Cached-u.Written, 0)
	usd := float64(plain)*p.Input + float64(u.Cached)*cached + float64(u.Written)*written + float64(u.Output)*p.Output
	return Cost{USD: usd / million, Known: true}
}

// Prices are by provider and model: openai/gpt-4.1. A dated model has the price of its name without the date unless it has
// one of its own. A model that is not there has no price: nothing is guessed.
type Prices map[string]Price

//go:embed prices.json
var pricesJSON []byte

var listPrices = sync.OnceValues(func() (Prices, error) {
	var file struct {
		Prices Prices `json:"prices"`
	}
	err := json.Unmarshal(pricesJSON, &file)
	return file.Prices, err
})

// ListPrices returns the list prices that come with Custard (prices.json says as of when), with own laid over them.
func ListPrices(own Prices) (Prices, error) {
	listed, err := listPrices()
	if err != nil {
		return nil, custard.Errorf(custard.CodeInternal, "the price list is not readable: %w", err)
	}
	out := make(Prices, len(listed)+len(own))
	for k, v := range listed {
		v.listed = true
		out[k] = v
	}
	maps.Copy(out, own)
	return out, nil
}

// ParsePrices reads a price table as configuration gives it: {"openai/gpt-4.1": {"input": 2, "output": 8, "cached": 0.5}}.
func ParsePrices(data []byte) (Prices, error) {
	var p Prices
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the price table is not readable: %w", err).
			WithHint(`Write it as {"openai/gpt-4.1": {"input": 2, "output": 8}}, in US dollars a million tokens.`)
	}
	for name, price := range p {
		if price.Input < 0 || price.Output < 0 || price.Cached != nil && *price.Cached < 0 || price.Written != nil && *price.Written < 0 {
			return nil, custard.Errorf(custard.CodeUsage, "the price of %s is negative", name)
		}
	}
	return p, nil
}

var dated = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-(\d{4}-\d{2}-\d{2}|\d{8})$`) })

// For returns the price of an answer: of the model that the service says answered, else of the one that was asked.
func (p Prices) For(end End) (Price, bool) {
	service, asked, _ := strings.Cut(end.Provider, "/")
	for _, model := range []string{end.Model, asked} {
		if model == "" {
			continue
		}
		if price, ok := p[service+"/"+model]; ok {
			return price, true
		}
		if price, ok := p[service+"/"+dated().ReplaceAllString(model, "")]; ok {
			return price, true
		}
	}
	return Price{}, false
}

// WithCost fills the cost of each answer from the price table. A service at an address of one's own does not have the list
// prices of the one whose name it bears.
func WithCost(p Provider, prices Prices) Provider {
	own := false
	if a := within[Addressed](p); a != nil {
		_, own = a.Address()
	}
	return &priced{Provider: p, prices: prices, own: own}
}

type priced struct {
	Provider
	prices Prices
	own    bool
}

// Unwrap returns the provider within.
func (p *priced) Unwrap() Provider { return p.Provider }

// Stream implements Provider.
func (p *priced) Stream(ctx context.Context, req *Request) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		for chunk, err := range p.Provider.Stream(ctx, req) {
			if chunk.End != nil {
				end := *chunk.End
				if price, ok := p.prices.For(end); ok && !(price.listed && p.own) {
					end.Cost = price.Of(end.Usage)
				}
				chunk.End = &end
			}
			if !yield(chunk, err) {
				return
			}
		}
	}
}

// String writes a cost as people read it: $0.0042, or unknown.
func (c Cost) String() string {
	if !c.Known {
		return "unknown"
	}
	return fmt.Sprintf("$%.4f", c.USD)
}
