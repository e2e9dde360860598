package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/custard-ai/custard/internal/custard"
)

func serverFrom(t *testing.T, file string, env, flags map[string]string) (*Server, error) {
	t.Helper()
	o := ServerOptions{Flags: flags, Getenv: func(name string) string { return env[name] }}
	if file != "" {
		o.File = filepath.Join(t.TempDir(), "server.yaml")
		if err := os.WriteFile(o.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return LoadServer(o)
}

func TestServerDefaults(t *testing.T) {
	t.Parallel()
	s, err := serverFrom(t, "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Host != "" || s.Port != "8080" || !s.Migrate || !s.RateLimits || s.Grace != 20*time.Second || s.MetricsOpen || len(s.TrustedProxies) != 0 || s.LogFormat != "text" {
		t.Errorf("%+v", s)
	}
}

func TestServerSettingsFlagBeatsEnvironmentBeatsFile(t *testing.T) {
	t.Parallel()
	file := "port: 1\nhost: file\ngrace: 1m\ntrusted_proxies: 10.0.0.0/8, ::1\nmigrate: false\n"
	s, err := serverFrom(t, file, map[string]string{"PORT": "2", "HOST": "env", "PUBLIC_URL": "https://x.example/"}, map[string]string{"port": "3"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Port != "3" || s.Host != "env" || s.Grace != time.Minute || s.Migrate || s.PublicURL != "https://x.example" {
		t.Errorf("%+v", s)
	}
	if len(s.TrustedProxies) != 2 || s.TrustedProxies[1].String() != "::1/128" {
		t.Errorf("proxies: %v", s.TrustedProxies)
	}
}

func TestServerSecretsHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	const secret = "planted-s3cret"
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := serverFrom(t, "", map[string]string{"OPENAI_API_KEY_FILE": path}, nil)
	if err != nil || s.OpenAIKey != secret {
		t.Errorf("from a file: %v", err)
	}
	for name, do := range map[string]func() error{
		"a key in the file": func() error {
			_, err := serverFrom(t, "resend_api_key: "+secret+"\n", nil, nil)
			return err
		},
		"a password in the file": func() error {
			_, err := serverFrom(t, "database_url: postgres://u:"+secret+"@h/d\n", nil, nil)
			return err
		},
		"a password in a flag": func() error {
			_, err := serverFrom(t, "", nil, map[string]string{"database_url": "postgres://u:" + secret + "@h/d"})
			return err
		},
	} {
		err := do()
		if err == nil || custard.AsError(err).Code != custard.CodeUsage || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, setting := range ServerSettings() {
		if setting.Help == "" || setting.Env == "" {
			t.Errorf("%s says too little of itself", setting.Key)
		}
	}
}

func TestServerSettingsThatCannotBe(t *testing.T) {
	t.Parallel()
	for key, value := range map[string]string{
		"public_url": "ftp://x", "grace": "0", "gc_percent": "5", "trusted_proxies": "everybody", "log_format": "xml", "migrate": "perhaps",
		"memory_limit": "much", "drain_delay": "-1s", "log_level": "loud",
	} {
		if _, err := serverFrom(t, "", nil, map[string]string{key: value}); err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(key, "_", "-")) {
			t.Errorf("%s=%s: %v", key, value, err)
		}
	}
	if _, err := serverFrom(t, "prot: 80\n", nil, nil); err == nil || !strings.Contains(err.Error(), `"prot"`) {
		t.Errorf("an unknown setting: %v", err)
	}
	if _, err := serverFrom(t, "", map[string]string{"RESEND_API_KEY": "k"}, nil); err == nil {
		t.Error("mails without a sender")
	}
}
