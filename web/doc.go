// Package web is the server's pages: signing in and up, approving a terminal's login, what the links in mails lead to.
//
// They are plain HTML: made from templates at the server, one style sheet, no script, nothing from elsewhere. They work
// without JavaScript because there is none, which is also why the content security policy can forbid all of it.
//
//	pages.go     [Pages] and its routes; accounts.go what it asks of accounts
//	guard.go     headers, cross-origin requests, the size of forms, the log
//	cookie.go    the session's cookie
//	render.go    templates; templates/ and static/ what they are made of
//	login.go, device.go, mailed.go, invite.go   the pages
package web
