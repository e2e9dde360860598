// Package auth is who may do what: users, organisations and their roles, passwords, tokens, API keys and device login.
//
// Whoever calls is a [Principal], made from an access token, an API key or an agent's token. What it may do is decided
// by its role (looked up at every request, never read from the token) and, for an API key, by the key's scopes.
// What is kept is kept through [Store]; secrets are kept as hashes alone.
package auth
