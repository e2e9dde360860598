package config

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/custard-ai/custard/internal/custard"
)

// Set writes one setting into the user's file, below a profile where one is given; the rest of the file, its comments
// too, stays. An empty value takes the setting out. The error is CodeUsage for a setting or value that is none.
func Set(o Options, profile, key, value string) (path string, err error) {
	s, ok := find(key)
	if !ok {
		return "", Unknown(key)
	}
	if value != "" {
		if s.Key == "show_sql" {
			value = yesNo(value)
		}
		if err := Default().set(s, value, "config set"); err != nil {
			return "", err
		}
	}
	path = UserFile(o)
	if path == "" {
		return "", custard.Errorf(custard.CodeUsage, "there is no folder for a configuration file").
			WithHint("Set HOME, XDG_CONFIG_HOME or CUSTARD_HOME.")
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
	group := doc.Content[0]
	if group.Kind != yaml.MappingNode {
		return "", custard.Errorf(custard.CodeUsage, "the configuration file %s holds no settings", path).
			WithHint("It is YAML: one `key: value` a line. Mend it, or move it away.")
	}
	if profile != "" {
		group = mapping(mapping(group, "profiles"), profile)
	}
	put(group, key, value)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(&doc), enc.Close()); err != nil {
		return "", custard.Errorf(custard.CodeInternal, "encoding the configuration: %w", err)
	}
	if len(group.Content) == 0 && profile == "" && len(bytes.TrimSpace(out.Bytes())) <= len("{}") {
		out.Reset()
	}
	return path, writeFile(path, out.Bytes())
}

func mapping(parent *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(parent.Content); i += 2 {
		if strings.EqualFold(parent.Content[i].Value, key) && parent.Content[i+1].Kind == yaml.MappingNode {
			return parent.Content[i+1]
		}
	}
	child := &yaml.Node{Kind: yaml.MappingNode}
	parent.Content = append(parent.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, child)
	return child
}

func put(group *yaml.Node, key, value string) {
	for i := 0; i+1 < len(group.Content); i += 2 {
		if group.Content[i].Value != key {
			continue
		}
		if value == "" {
			group.Content = append(group.Content[:i], group.Content[i+2:]...)
			return
		}
		node := group.Content[i+1]
		node.Kind, node.Tag, node.Value, node.Content = yaml.ScalarNode, "", value, nil
		return
	}
	if value != "" {
		group.Content = append(group.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, &yaml.Node{Kind: yaml.ScalarNode, Value: value})
	}
}

// writeFile replaces a file as a whole; its owner alone may read it, because a DSN may hold a password.
func writeFile(path string, content []byte) error {
	folder := filepath.Dir(path)
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = replace(path, content)
	}
	if err != nil {
		return custard.Errorf(custard.CodeFailed, "cannot write %s: %w", path, err).
			WithHint("Check the folder's rights and the disk's free space, or choose another file with --config.")
	}
	return nil
}

func replace(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the one above
	}
	return err
}
