package web

import (
	"context"

	"github.com/custard-ai/custard/server/auth"
)

// Accounts is what the pages ask of accounts. auth.Service is one; its comments are the contract.
type Accounts interface {
	LoginWeb(ctx context.Context, email, password string, from auth.Caller) (cookie string, err error)
	AuthenticateWeb(ctx context.Context, cookie string) (auth.Principal, error)
	Me(ctx context.Context, p auth.Principal) (auth.Self, error)
	Logout(ctx context.Context, p auth.Principal, from auth.Caller) error

	Signup(ctx context.Context, req auth.SignupRequest, from auth.Caller) error
	ResendVerification(ctx context.Context, email string, from auth.Caller) error
	VerifyEmail(ctx context.Context, token string, from auth.Caller) error
	ForgotPassword(ctx context.Context, email string, from auth.Caller) error
	ResetPassword(ctx context.Context, token, password string, from auth.Caller) error

	Device(ctx context.Context, p auth.Principal, typed string, from auth.Caller) (auth.Device, error)
	DecideDevice(ctx context.Context, p auth.Principal, typed, org string, approve bool, from auth.Caller) error

	Invited(ctx context.Context, token string) (auth.Invited, error)
	AcceptInvitationWeb(ctx context.Context, a auth.Accept, from auth.Caller) (cookie string, err error)
}
