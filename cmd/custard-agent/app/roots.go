package app

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/custard-ai/custard/internal/custard"
)

// trust returns how a server is verified: by the system's roots; by those of Mozilla that the program brings along where
// the system has none, as an image from scratch; and by those in a file.
func trust(caFile string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	pool, err := x509.SystemCertPool()
	if err != nil || pool.Equal(x509.NewCertPool()) {
		pool = ownRoots()
		config.RootCAs = pool
	}
	if caFile == "" {
		return config, nil
	}
	data, err := os.ReadFile(caFile)
	if err != nil {
		return nil, custard.Errorf(custard.CodeUsage, "the certificates in --ca-file cannot be read: %w", err).WithHint("Check the path and its permissions.")
	}
	pool = pool.Clone()
	if !pool.AppendCertsFromPEM(data) {
		return nil, custard.Errorf(custard.CodeUsage, "%s holds no certificate", caFile).
			WithHint("It must be PEM: -----BEGIN CERTIFICATE-----, and no private key.")
	}
	config.RootCAs = pool
	return config, nil
}

// ownRoots reads the roots that the program brings along, and makes them those that the database's certificate is
// verified by as well.
var ownRoots = sync.OnceValue(func() *x509.CertPool { //nolint:gochecknoglobals // a process has one set of fallback roots
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			continue // a form that this version of Go does not take: the others still serve
		}
		if root.Constraint != nil {
			pool.AddCertWithConstraint(cert, root.Constraint)
		} else {
			pool.AddCert(cert)
		}
	}
	x509.SetFallbackRoots(pool)
	return pool
})
