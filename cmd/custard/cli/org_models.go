package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/custard-ai/custard/internal/client"
	"github.com/custard-ai/custard/internal/output"
)

func newOrgModels(a *app) *cobra.Command {
	return group("models", "The organisation's own language models and their keys",
		`Shows and sets the services of language models that the organisation pays for itself. Its own key goes before that of
whoever runs the server. A key is typed or piped in, is kept sealed, and is never shown again. For admins and owners.`,
		`  custard org models list
  pass show openai | custard org models set openai --model openai/gpt-4.1 --key-stdin
  custard org models set anthropic --model anthropic/claude-sonnet-4-5 --priority 2
  custard org models remove openai`,
		newOrgModelsList(a), newOrgModelsSet(a), newOrgModelsRemove(a))
}

func newOrgModelsList(a *app) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List what is set, the one that is asked first first", Args: arguments(0, 0, ""),
		Example: "  custard org models list\n  custard org models list -o json",
	}
	out.flags(cmd, false)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		format, err := out.chosen(a)
		if err != nil {
			return err
		}
		c, err := a.needServer()
		if err != nil {
			return err
		}
		services, standard, err := c.Models(ctx)
		if err != nil {
			return err
		}
		if len(services) == 0 && format == output.Table {
			a.note(a.paint("", "Nothing is set. The server asks "+standard+" by itself. Set a model: custard org models set SERVICE"))
			return nil
		}
		l := newList(textField("service"), textField("model"), intField("priority"), boolField("key"), textField("address"),
			intField("daily_tokens"), intField("tokens_today"), timeField("set"))
		for _, s := range services {
			daily, today := s.DailyTokens, s.TokensToday
			if daily == 0 {
				daily, today = -1, -1 // no bound: nothing is counted
			}
			l.row(s.Service, s.Model, int64(s.Priority), s.HasKey, s.BaseURL, daily, today, shownTime(s.Updated))
		}
		return l.write(a, format)
	}
	return cmd
}

func newOrgModelsSet(a *app) *cobra.Command {
	var in client.ModelSetting
	var piped, keep bool
	cmd := &cobra.Command{
		Use: "set SERVICE", Short: "Set a service: its key, model, address", Args: arguments(1, 1, "a service, such as openai"),
		Long: `Sets a service of language models. The key is asked for on a terminal; Enter keeps the one there is. What no flag
says stays as it is. Where a question and its connection name no engine, the --model of the lowest --priority is asked,
then the next where it does not answer, and builtin at last.`,
		Example: `  custard org models set openai --model openai/gpt-4.1
  pass show openai | custard org models set openai --key-stdin
  custard org models set vllm --base-url https://models.example.com/v1 --model vllm/qwen --keep-key`,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&in.Model, "model", "", "the `model` that is asked by default, as SERVICE/MODEL")
	f.StringVar(&in.BaseURL, "base-url", "", "the service's `address`, where that is not the published one; the key must be given with it")
	f.IntVar(&in.Priority, "priority", 0, "`order` among several services: the lowest is asked first")
	f.Int64Var(&in.DailyTokens, "daily-tokens", 0, "`tokens` that the key may take a day; 0 for no bound")
	f.BoolVar(&piped, "key-stdin", false, "read the key from standard input")
	f.BoolVar(&keep, "keep-key", false, "do not ask for a key: keep the one there is, or have none")
	cmd.MarkFlagsMutuallyExclusive("key-stdin", "keep-key")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, stop := interruptible(cmd.Context())
		defer stop()
		c, err := a.needServer()
		if err != nil {
			return err
		}
		services, _, err := c.Models(ctx)
		if err != nil {
			return err
		}
		for _, s := range services {
			if s.Service != args[0] {
				continue
			}
			for name, set := range map[string]func(){
				"model": func() { in.Model = s.Model }, "base-url": func() { in.BaseURL = s.BaseURL },
				"priority": func() { in.Priority = s.Priority }, "daily-tokens": func() { in.DailyTokens = s.DailyTokens },
			} {
				if !f.Changed(name) {
					set()
				}
			}
		}
		if in.Key, err = a.modelKey(ctx, piped, keep); err != nil {
			return err
		}
		s, err := c.SetModel(ctx, args[0], in)
		if err != nil {
			return err
		}
		said := "Set " + s.Service + "."
		if s.Model != "" {
			said = "Set " + s.Service + ": questions are asked of " + s.Model + " by default."
		}
		a.note(a.paint("", said))
		return nil
	}
	return cmd
}

// modelKey returns the key of a service; "" keeps the one there is.
func (a *app) modelKey(ctx context.Context, piped, keep bool) (string, error) {
	switch {
	case keep:
		return "", nil
	case piped:
		key, err := readLine(a.stdin)
		if err != nil || key == "" {
			return "", usagef("Pipe it in: pass show openai | custard org models set openai --key-stdin", "there is no key on standard input")
		}
		return key, nil
	case !a.canPrompt():
		return "", usagef("Pipe it in with --key-stdin, or say --keep-key.", "there is no terminal to ask for the key on")
	}
	return a.promptPassword(ctx, "key (Enter keeps the one there is)")
}

func newOrgModelsRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "remove SERVICE", Aliases: []string{"rm"}, Short: "Remove what is set for a service, its key with it", Args: arguments(1, 1, "a service"),
		Example: "  custard org models remove openai",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			c, err := a.needServer()
			if err != nil {
				return err
			}
			if err := c.RemoveModel(ctx, args[0]); err != nil {
				return err
			}
			a.note(a.paint("", "Removed "+args[0]+" and its key."))
			return nil
		},
	}
}
