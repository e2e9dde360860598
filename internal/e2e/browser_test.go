package e2e

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// openLink opens the link of a mail and submits the page's form, as a person does with one click.
func openLink(link string) error {
	client := &http.Client{Timeout: patience}
	page, err := read(client.Get(link)) //nolint:noctx // the client has a timeout
	if err != nil {
		return err
	}
	form := regexp.MustCompile(`<form[^>]*action="([^"]*)"`).FindStringSubmatch(page)
	if form == nil {
		return fmt.Errorf("%s shows no form:\n%s", link, page)
	}
	base, err := url.Parse(link)
	if err != nil {
		return err
	}
	target, err := base.Parse(html.UnescapeString(form[1]))
	if err != nil {
		return err
	}
	values := url.Values{}
	for _, field := range regexp.MustCompile(`<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	req, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(values.Encode())) //nolint:noctx // likewise
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", base.Scheme+"://"+base.Host)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	_, err = read(client.Do(req))
	return err
}

func read(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answers %s:\n%s", res.Request.URL, res.Status, text)
	}
	return string(text), err
}
