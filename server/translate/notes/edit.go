package notes

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/custard-ai/custard/internal/custard"
)

// Edit is one change: the value at a path of keys is set (null takes it out), or appended to the list there.
type Edit struct {
	Keys   []string `json:"keys"`
	Value  any      `json:"value"`
	Append bool     `json:"append,omitempty"`
}

// Apply changes notes as they are written and returns them so; they are checked as Read checks them.
func Apply(written []byte, edits []Edit) ([]byte, error) {
	root := map[string]any{}
	if len(written) > 0 {
		if err := json.Unmarshal(written, &root); err != nil {
			return nil, custard.Errorf(custard.CodeInternal, "the kept context cannot be read: %w", err)
		}
	}
	for _, e := range edits {
		if len(e.Keys) == 0 || len(e.Keys) > 6 || slices.Contains(e.Keys, "") {
			return nil, custard.Errorf(custard.CodeUsage, "an edit needs one to six keys")
		}
		if err := apply(root, e.Keys, e); err != nil {
			return nil, err
		}
	}
	out, err := json.Marshal(root)
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the value of an edit cannot be written: %w", err)
	}
	if _, err := Read(out, "the edit"); err != nil {
		return nil, err
	}
	return out, nil
}

func apply(group map[string]any, keys []string, e Edit) error {
	key := keys[0]
	for have := range group {
		if strings.EqualFold(have, key) {
			key = have
			break
		}
	}
	if len(keys) == 1 {
		list, _ := group[key].([]any)
		switch {
		case e.Value == nil:
			delete(group, key)
		case e.Append:
			group[key] = append(list, e.Value)
		default:
			group[key] = e.Value
		}
		return nil
	}
	child, ok := group[key].(map[string]any)
	if short, is := group[key].(string); is {
		name := "expression"
		if slices.Contains(e.Keys, "columns") {
			name = "description"
		}
		child, ok = map[string]any{name: short}, true
		group[key] = child
	}
	if !ok {
		if group[key] != nil {
			return custard.Errorf(custard.CodeUsage, "%q is no group of keys", key)
		}
		if e.Value == nil {
			return nil
		}
		child = map[string]any{}
		group[key] = child
	}
	if err := apply(child, keys[1:], e); err != nil {
		return err
	}
	if e.Value == nil && len(child) == 0 {
		delete(group, key)
	}
	return nil
}

// Sections returns the edits that set each section that exported notes have.
func Sections(exported []byte, where string) ([]Edit, error) {
	if _, err := Read(exported, where); err != nil {
		return nil, err
	}
	var sections map[string]any
	if err := json.Unmarshal(exported, &sections); err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "%s: the context cannot be read: %w", where, err)
	}
	edits := make([]Edit, 0, len(sections))
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		edits = append(edits, Edit{Keys: []string{name}, Value: sections[name]})
	}
	return edits, nil
}
