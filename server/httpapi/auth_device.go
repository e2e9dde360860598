package httpapi

import (
	"errors"
	"net/http"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// deviceStartBody is a request to POST /auth/device.
type deviceStartBody struct {
	Client string `json:"client" doc:"What asks, for the page where it is approved: custard on laptop."`
}

// deviceBody is the answer (RFC 8628, section 3.2).
type deviceBody struct {
	DeviceCode      string `json:"device_code"`
	UserCode        string `json:"user_code" doc:"What the person types: ABCD-EFGH."`
	VerificationURI string `json:"verification_uri"`
	VerificationAll string `json:"verification_uri_complete"`
	ExpiresIn       int    `json:"expires_in" doc:"Seconds."`
	Interval        int    `json:"interval" doc:"Seconds to wait between polls at the least."`
}

// devicePollBody is a request to POST /auth/device/token.
type devicePollBody struct {
	DeviceCode string `json:"device_code"`
}

// deviceRoutes are the terminal's login through a browser.
func (a *API) deviceRoutes() []route {
	return []route{
		{
			method: http.MethodPost, pattern: "/auth/device", access: public(), handle: startDevice, rate: rateCostly,
			doc: operation{
				id: "startDevice", tag: "accounts", summary: "Begin a login through a browser (RFC 8628)", body: deviceStartBody{},
				answers: ok(deviceBody{}, "Show the user code and where to type it, and poll."),
			},
		}, {
			method: http.MethodPost, pattern: "/auth/device/token", access: public(), handle: pollDevice,
			doc: operation{
				id: "pollDevice", tag: "accounts", summary: "Ask whether a login was approved", body: devicePollBody{},
				detail: "Until it is, the answer is 400 with one of RFC 8628's codes: `authorization_pending`, `slow_down` (wait five seconds longer " +
					"between polls), `access_denied`, `expired_token`.",
				answers: ok(tokensBody{}, "It was approved: the tokens."),
			},
		},
	}
}

func startDevice(c *call) error {
	var in deviceStartBody
	if err := c.read(&in); err != nil {
		return err
	}
	d, err := c.accounts().StartDevice(c.ctx(), in.Client, c.caller())
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, deviceBody{
		DeviceCode: d.DeviceCode, UserCode: d.UserCode, VerificationURI: d.URL, VerificationAll: d.URLWhole,
		ExpiresIn: int(d.Expires.Seconds()), Interval: int(d.Interval.Seconds()),
	})
}

func pollDevice(c *call) error {
	var in devicePollBody
	if err := c.read(&in); err != nil {
		return err
	}
	s, err := c.accounts().PollDevice(c.ctx(), in.DeviceCode, c.caller())
	for _, word := range []struct {
		err           error
		message, hint string
		retry         bool
	}{
		{auth.ErrDevicePending, "nobody has approved this login yet", "Ask again after the interval.", true},
		{auth.ErrDeviceSlow, "asked again too soon", "Wait five seconds longer between polls from now on.", true},
		{auth.ErrDeviceDenied, "this login was denied", "Begin a new one if that was a mistake.", false},
		{auth.ErrDeviceExpired, "this login is not known, or it expired", "Begin a new one.", false},
	} {
		if errors.Is(err, word.err) {
			e := custard.Errorf(custard.Code(word.err.Error()), "%s", word.message).WithHint("%s", word.hint)
			e.Retry = word.retry
			return withStatus(http.StatusBadRequest, e)
		}
	}
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, tokensOf(s, c.now()))
}
