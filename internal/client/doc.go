// Package client speaks to a Custard server: it implements the domain's services over HTTP, so that a program cannot tell
// whether it asks a database in its own process or one behind a server.
//
// Rules that the whole package keeps:
//
//   - Every error is a *custard.Error. One that the server sent keeps its code, message and hint; its Cause is an [*Answer]
//     with the status and the request id. What never reached a server is CodeUnreachable and says what to look at.
//   - A password or token goes over TLS, to this machine itself, or nowhere, unless Config.AllowHTTP says otherwise. A
//     redirect is followed within the same origin alone.
//   - A request is sent again only where that cannot do anything twice: reading, creating with an Idempotency-Key, or an
//     answer whose error says so, and then at most [tries] times within bounds.
//   - Rows are handed on batch by batch as they lay in the frame; no cell is looked at.
package client
