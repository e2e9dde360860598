package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/custard-ai/custard/internal/wire"
)

// document serves and decodes the OpenAPI document.
func document(t *testing.T, a *API) map[string]any {
	t.Helper()
	rec := httptest.NewRecorder()
	a.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, Base+"/openapi.json", nil))
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	var doc map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// The schema is the official one of OpenAPI 3.1 (spec.openapis.org/oas/3.1/schema).
func TestDocumentIsValidOpenAPI(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	official, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", official); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc := document(t, New(Config{Version: "1.2.3", PublicURL: "https://custard.example.com"}))
	if err := schema.Validate(doc); err != nil {
		t.Error(err)
	}
	delete(doc, "info")
	if schema.Validate(doc) == nil {
		t.Error("a document without info passes: the validator does not look")
	}
}

// Every schema in the document must itself be one, and every reference must lead somewhere.
func TestSchemasInTheDocumentAreValid(t *testing.T) {
	t.Parallel()
	doc := document(t, New(Config{Version: "1.2.3"}))
	c := jsonschema.NewCompiler()
	if err := c.AddResource("doc.json", doc); err != nil {
		t.Fatal(err)
	}
	components := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range components {
		if _, err := c.Compile("doc.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The document is made from the table; this holds it to it both ways, and each route to saying what it is.
func TestRoutesAndDocumentAgree(t *testing.T) {
	t.Parallel()
	a := New(Config{Version: "1.2.3"})
	paths := document(t, a)["paths"].(map[string]any)
	ids := map[string]bool{}
	inTable := map[string]bool{}
	for _, rt := range a.table {
		name := rt.method + " " + Base + rt.pattern
		inTable[name] = true
		item, _ := paths[Base+rt.pattern].(map[string]any)
		if item[strings.ToLower(rt.method)] == nil {
			t.Errorf("%s is not in the document", name)
		}
		d := rt.doc
		if d.id == "" || d.tag == "" || d.summary == "" || len(d.answers) == 0 {
			t.Errorf("%s says too little of itself: %+v", name, d)
		}
		if ids[d.id] {
			t.Errorf("%s: the id %s is taken", name, d.id)
		}
		ids[d.id] = true
		if rt.access.public == (rt.access.role != "" && (rt.access.scope != "" || rt.access.anyScope)) {
			t.Errorf("%s is neither public nor for a role and a scope", name)
		}
		if rt.idempotent && rt.method != http.MethodPost {
			t.Errorf("%s takes an Idempotency-Key but is no POST", name)
		}
		for _, ans := range d.answers {
			if ans.status < 200 || ans.status > 399 || ans.text == "" {
				t.Errorf("%s: answer %+v", name, ans)
			}
		}
	}
	for path, item := range paths {
		for verb := range item.(map[string]any) {
			if name := strings.ToUpper(verb) + " " + path; !inTable[name] {
				t.Errorf("%s is in the document but is no route", name)
			}
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	a := New(Config{Version: "1.2.3"})
	for _, tt := range []struct {
		method, path string
		status       int
	}{
		{"GET", Base + "/nothing", 404}, {"GET", Base + "/", 404}, {"GET", "/nothing", 404}, {"GET", Base + "/connections/ws/", 404},
		{"POST", Base + "/openapi.json", 405}, {"BREW", Base + "/openapi.json", 405}, {"HEAD", Base + "/openapi.json", 200},
	} {
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, httptest.NewRequest(tt.method, tt.path, nil))
		if rec.Code != tt.status {
			t.Errorf("%s %s: status %d, want %d", tt.method, tt.path, rec.Code, tt.status)
		}
		if tt.status == 405 && rec.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s %s: Allow %q", tt.method, tt.path, rec.Header().Get("Allow"))
		}
		if tt.status >= 400 {
			var body wire.ErrorBody
			if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil || body.Error.RequestID == "" || body.Error.RequestID != rec.Header().Get("X-Request-Id") {
				t.Errorf("%s %s: %s, %v", tt.method, tt.path, rec.Body, err)
			}
		}
	}
}
