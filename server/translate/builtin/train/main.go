// Command train learns the built-in engine's weights from questions with gold SQL, and measures the engine.
//
//	go run ./server/translate/builtin/train -questions Q.jsonl -databases DIR -o weights.bin
//	go run ./server/translate/builtin/train eval -questions Q.jsonl -databases DIR [-field paraphrase] [-weights W] [-inspect]
//	go run ./server/translate/builtin/train coverage -questions Q.jsonl -databases DIR
//
// A line of the questions' file is a JSON object with db (DIR/db.sqlite), question, paraphrase (may be missing), sql and
// split; questions whose split is 'validate' are never trained on. Training is deterministic.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

type options struct {
	questions, databases string
	out, weights         string
	split, field         string
	every, folds, epochs int
	label                int
	inspect              bool
	paraphrases          bool
	wrong                string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	command := "train"
	if len(args) > 0 && args[0][0] != '-' {
		command, args = args[0], args[1:]
	}
	var o options
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.StringVar(&o.questions, "questions", "", "the questions' file (JSON lines)")
	fs.StringVar(&o.databases, "databases", "", "the folder of the SQLite databases")
	fs.StringVar(&o.out, "o", "weights.bin", "where to write the weights")
	fs.StringVar(&o.weights, "weights", "", "weights to measure; empty for the embedded ones")
	fs.StringVar(&o.split, "split", "validate", "the split to measure")
	fs.StringVar(&o.field, "field", "question", "question or paraphrase")
	fs.StringVar(&o.wrong, "wrong", "", "where to write what was answered wrong (JSON lines)")
	fs.BoolVar(&o.inspect, "inspect", false, "also look at the parts of the engine: where right answers are lost")
	fs.IntVar(&o.every, "every", 1, "take each Nth question")
	fs.IntVar(&o.folds, "folds", 3, "folds of databases to train the ranker on; 0 for no ranker")
	fs.IntVar(&o.label, "label", 1, "label the candidates of each Nth question for the ranker")
	fs.IntVar(&o.epochs, "epochs", 5, "passes over the data")
	fs.BoolVar(&o.paraphrases, "paraphrases", true, "train on paraphrases too")
	if err := fs.Parse(args); err != nil {
		return err
	}
	switch command {
	case "train":
		return train(ctx, o)
	case "eval":
		return eval(ctx, o)
	case "coverage":
		return coverage(ctx, o)
	}
	return fmt.Errorf("no command %q", command)
}
