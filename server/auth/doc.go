// Package auth is who may do what: users, organisations and their roles, passwords, tokens, API keys and device login.
//
// Whoever calls is a [Principal], made from an access token, an API key or an agent's token. What it may do is decided
// by its role (looked up in the store, never read from the token) and, for an API key, by the key's scopes.
// What is kept is kept through [Store]; secrets are kept as hashes alone.
//
//	service.go    [Service], which the rest are methods of; secret.go ids and secrets
//	password.go   argon2id; limits.go what slows guessing; even.go answers that take equally long
//	signing.go    the keys of access tokens; token.go the tokens; access.go from a token to a principal
//	signup.go     sign-up, verification, forgotten passwords; login.go and session.go what follows
//	device.go     the terminal's login through a browser
//	organisation.go, invitation.go, apikey.go, agent.go   what an organisation has
//	audit.go      who did what
package auth
