package validate

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// object is a document of a manifest, decoded into the type that the API server would use.
type object struct {
	file string
	meta metav1.TypeMeta
	name string
	body any
}

// objects decodes every manifest; a field that the API does not know, or of the wrong type, fails the test.
func objects(t *testing.T) []object {
	t.Helper()
	files, err := filepath.Glob("../kubernetes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	var out []object
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for doc := range bytes.SplitSeq(content, []byte("\n---\n")) {
			var head struct {
				metav1.TypeMeta `json:",inline"`
				Metadata        metav1.ObjectMeta `json:"metadata"`
			}
			if err := yaml.Unmarshal(doc, &head); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			body := typeOf(head.TypeMeta)
			if body == nil {
				t.Fatalf("%s: %s %s is no kind that this test knows", file, head.APIVersion, head.Kind)
			}
			if err := yaml.UnmarshalStrict(doc, body); err != nil {
				t.Errorf("%s: %s %s: %v", file, head.Kind, head.Metadata.Name, err)
			}
			out = append(out, object{file: file, meta: head.TypeMeta, name: head.Metadata.Name, body: body})
		}
	}
	return out
}

func typeOf(m metav1.TypeMeta) any {
	switch m.APIVersion + " " + m.Kind {
	case "v1 Namespace":
		return &corev1.Namespace{}
	case "v1 ConfigMap":
		return &corev1.ConfigMap{}
	case "v1 Service":
		return &corev1.Service{}
	case "apps/v1 Deployment":
		return &appsv1.Deployment{}
	case "policy/v1 PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}
	case "networking.k8s.io/v1 Ingress":
		return &networkingv1.Ingress{}
	case "networking.k8s.io/v1 NetworkPolicy":
		return &networkingv1.NetworkPolicy{}
	}
	return nil
}

func TestManifestsAreValid(t *testing.T) {
	t.Parallel()
	for _, o := range objects(t) {
		if o.name == "" {
			t.Errorf("%s: a %s has no name", o.file, o.meta.Kind)
		}
	}
}

// What the namespace enforces (pod security 'restricted') holds for every pod, and selectors select their own pods.
func TestPodsRunWithoutRights(t *testing.T) {
	t.Parallel()
	pods := 0
	for _, o := range objects(t) {
		d, ok := o.body.(*appsv1.Deployment)
		if !ok {
			continue
		}
		pods++
		for key, value := range d.Spec.Selector.MatchLabels {
			if d.Spec.Template.Labels[key] != value {
				t.Errorf("%s: the selector asks for %s=%s, the pods have %v", o.name, key, value, d.Spec.Template.Labels)
			}
		}
		spec := d.Spec.Template.Spec
		if s := spec.SecurityContext; s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil {
			t.Errorf("%s: the pod may run as root, or without seccomp", o.name)
		}
		if a := spec.AutomountServiceAccountToken; a == nil || *a {
			t.Errorf("%s: the pod gets a token of the cluster", o.name)
		}
		for _, c := range spec.Containers {
			s := c.SecurityContext
			if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil ||
				!*s.ReadOnlyRootFilesystem || s.Capabilities == nil || len(s.Capabilities.Drop) != 1 || s.Capabilities.Drop[0] != "ALL" {
				t.Errorf("%s/%s: security context %+v", o.name, c.Name, s)
			}
			if c.Resources.Limits.Memory().IsZero() {
				t.Errorf("%s/%s has no memory limit", o.name, c.Name)
			}
		}
	}
	if pods < 3 {
		t.Errorf("only %d deployments were found", pods)
	}
}

// Services and budgets select the pods of a deployment, and the ingress leads to a service and port that are there.
func TestServicesLeadToPods(t *testing.T) {
	t.Parallel()
	all := objects(t)
	selects := func(labels map[string]string) bool {
		for _, o := range all {
			if d, ok := o.body.(*appsv1.Deployment); ok {
				match := len(labels) > 0
				for key, value := range labels {
					match = match && d.Spec.Template.Labels[key] == value
				}
				if match {
					return true
				}
			}
		}
		return false
	}
	ports := map[string]bool{}
	for _, o := range all {
		switch b := o.body.(type) {
		case *corev1.Service:
			if !selects(b.Spec.Selector) {
				t.Errorf("service %s selects nothing", o.name)
			}
			for _, p := range b.Spec.Ports {
				ports[o.name+"/"+p.Name] = true
			}
		case *policyv1.PodDisruptionBudget:
			if !selects(b.Spec.Selector.MatchLabels) {
				t.Errorf("budget %s selects nothing", o.name)
			}
		case *networkingv1.NetworkPolicy:
			if !selects(b.Spec.PodSelector.MatchLabels) {
				t.Errorf("network policy %s selects nothing", o.name)
			}
		}
	}
	for _, o := range all {
		if in, ok := o.body.(*networkingv1.Ingress); ok {
			for _, rule := range in.Spec.Rules {
				for _, p := range rule.HTTP.Paths {
					if key := p.Backend.Service.Name + "/" + p.Backend.Service.Port.Name; !ports[key] {
						t.Errorf("ingress %s leads to %s, which is not there", o.name, key)
					}
				}
			}
		}
	}
}
