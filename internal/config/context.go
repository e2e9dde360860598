package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/custard-ai/custard/internal/custard"
)

// contextKey is the section of a project's file that holds what its people know about their databases.
const contextKey = "context"

// ContextFile returns the project's file that is found walking up from o.Dir, or, where there is none, the one that would be
// made there; "" without a folder.
func ContextFile(o Options) string {
	if o.Dir == "" {
		return ""
	}
	if found := findProject(o.Dir, o.Getenv("HOME")); found != "" {
		return found
	}
	return filepath.Join(o.Dir, ProjectFile)
}

// Context returns the context section of the project's file as JSON; nil where there is none. It costs a look for the file
// where the configuration was not read, and nothing more where the file has no such section.
func Context(o Options) (section []byte, path string, err error) {
	path = ContextFile(o)
	if path == "" {
		return nil, "", nil
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Contains(content, []byte(contextKey)) {
		return nil, path, nil
	}
	if err != nil {
		return nil, path, custard.Errorf(custard.CodeFailed, "cannot read %s: %w", path, err)
	}
	var file struct {
		Context any `yaml:"context"`
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, path, unreadable(path, "CUSTARD_CONFIG", err)
	}
	if file.Context == nil {
		return nil, path, nil
	}
	section, err = json.Marshal(file.Context)
	if err != nil {
		return nil, path, unreadable(path, "CUSTARD_CONFIG", err)
	}
	return section, path, nil
}

// Edit is one change of a context: the value at a path of keys is set (nil takes it out), or appended to the list there.
type Edit struct {
	Keys   []string `json:"keys"`
	Value  any      `json:"value"`
	Append bool     `json:"append,omitempty"`
}

// EditContext changes the context section of the project's file, which is made where there is none; the rest of the file, its
// comments too, stays.
func EditContext(o Options, edits ...Edit) (path string, err error) {
	path = ContextFile(o)
	if path == "" {
		return "", custard.Errorf(custard.CodeUsage, "there is no folder for %s", ProjectFile)
	}
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", custard.Errorf(custard.CodeFailed, "cannot read %s: %w", path, err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(content, &doc); err != nil {
		return "", unreadable(path, "CUSTARD_CONFIG", err)
	}
	if doc.Kind == 0 {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return "", custard.Errorf(custard.CodeUsage, "the configuration file %s holds no settings", path)
	}
	for _, e := range edits {
		if err := edit(root, append([]string{contextKey}, e.Keys...), e); err != nil {
			return "", err
		}
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(&doc), enc.Close()); err != nil {
		return "", custard.Errorf(custard.CodeInternal, "encoding the configuration: %w", err)
	}
	return path, writeShared(path, out.Bytes())
}

// edit changes a mapping; mappings that it leaves empty go.
func edit(group *yaml.Node, keys []string, e Edit) error {
	if group.Kind == yaml.ScalarNode && len(keys) > 0 { // "revenue: sum(x)" that gets a description; or nothing at all
		old, head, line := group.Value, group.HeadComment, group.LineComment
		*group = yaml.Node{Kind: yaml.MappingNode}
		if old != "" && group.Tag != "!!null" {
			short := "expression" // of a metric
			if slices.Contains(e.Keys, "columns") {
				short = "description"
			}
			put(group, short, old)
			group.Content[1].LineComment, group.Content[0].HeadComment = line, head
		}
	}
	if group.Kind != yaml.MappingNode {
		return custard.Errorf(custard.CodeUsage, "%s: %q is no group of keys", ProjectFile, keys[0])
	}
	at := slices.IndexFunc(group.Content, func(n *yaml.Node) bool { return strings.EqualFold(n.Value, keys[0]) })
	for at >= 0 && at%2 == 1 { // a value that reads like the key
		next := slices.IndexFunc(group.Content[at+1:], func(n *yaml.Node) bool { return strings.EqualFold(n.Value, keys[0]) })
		if next < 0 {
			at = -1
			break
		}
		at += next + 1
	}
	var value yaml.Node
	if e.Value != nil {
		if err := value.Encode(e.Value); err != nil {
			return custard.Errorf(custard.CodeInternal, "encoding a setting: %w", err)
		}
	}
	if len(keys) > 1 {
		if at < 0 {
			if e.Value == nil {
				return nil
			}
			group.Content = append(group.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: keys[0]}, &yaml.Node{Kind: yaml.MappingNode})
			at = len(group.Content) - 2
		}
		if err := edit(group.Content[at+1], keys[1:], e); err != nil {
			return err
		}
		if child := group.Content[at+1]; e.Value == nil && child.Kind == yaml.MappingNode && len(child.Content) == 0 {
			group.Content = slices.Delete(group.Content, at, at+2)
		}
		return nil
	}
	switch {
	case e.Value == nil && at >= 0:
		group.Content = slices.Delete(group.Content, at, at+2)
	case e.Value == nil:
	case at < 0:
		if e.Append {
			value = yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{new(value)}}
		}
		group.Content = append(group.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: keys[0]}, &value)
	case e.Append && group.Content[at+1].Kind == yaml.SequenceNode:
		group.Content[at+1].Content = append(group.Content[at+1].Content, &value)
	default:
		old := group.Content[at+1]
		value.HeadComment, value.LineComment, value.FootComment = old.HeadComment, old.LineComment, old.FootComment
		group.Content[at+1] = &value
	}
	return nil
}

// writeShared replaces a file that a team shares: others may read it, as they could before.
func writeShared(path string, content []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := writeFile(path, content); err != nil {
		return err
	}
	if err := os.Chmod(path, mode); err != nil {
		return custard.Errorf(custard.CodeFailed, "cannot write %s: %w", path, err)
	}
	return nil
}
