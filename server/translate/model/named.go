package model

import (
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate"
)

// mostNames bounds a list of engines: each that does not answer costs time.
const mostNames = 5

// Names splits an engine's name as people write it: one engine, or several with commas between, each to be asked where the
// one before does not answer. Errors are CodeUsage.
func Names(list string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > mostNames {
		return nil, custard.Errorf(custard.CodeUsage, "%d engines are too many", len(names)).WithHint("Name at most %d.", mostNames)
	}
	return names, nil
}

// Named returns the translator of a name as people write it; open makes that of one engine.
func Named(list string, open func(name string) (translate.Translator, error)) (translate.Translator, error) {
	names, err := Names(list)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return open("")
	}
	engines := make([]translate.Translator, len(names))
	for i, name := range names {
		if engines[i], err = open(name); err != nil {
			return nil, err
		}
	}
	if len(engines) == 1 {
		return engines[0], nil
	}
	return NewFallback(engines...), nil
}
