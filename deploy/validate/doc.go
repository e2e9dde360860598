// Package validate holds the tests that read deploy/ as Docker Compose and Kubernetes would: Compose's own loader, and the
// Kubernetes API's own types without tolerance for unknown fields. It is a module of its own because those are large.
package validate
