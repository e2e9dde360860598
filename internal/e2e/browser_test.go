package e2e

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// browse opens a link as a person does in a browser: it fills in the form that the page shows with those of the values that
// the form asks for, submits it, and goes on with the next page until one shows no form. It returns the last page.
func browse(link string, values url.Values) (string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Timeout: patience, Jar: jar}
	at, page, err := read(client.Get(link))
	const most = 5
	for range most {
		if err != nil {
			return page, err
		}
		form := regexp.MustCompile(`(?s)<form method="post" action="([^"]*)">.*?</form>`).FindStringSubmatch(page)
		if form == nil || strings.HasSuffix(form[1], "/logout") {
			return page, nil
		}
		target, perr := at.Parse(html.UnescapeString(form[1]))
		if perr != nil {
			return page, perr
		}
		filled := url.Values{}
		for _, field := range regexp.MustCompile(`<(input|button|select)[^>]*\bname="([^"]*)"[^>]*>`).FindAllStringSubmatch(form[0], -1) {
			name := field[2]
			if value := regexp.MustCompile(`\bvalue="([^"]*)"`).FindStringSubmatch(field[0]); value != nil && field[1] == "input" {
				filled.Set(name, html.UnescapeString(value[1]))
			}
			if values.Has(name) {
				filled.Set(name, values.Get(name))
			}
		}
		req, rerr := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(filled.Encode()))
		if rerr != nil {
			return page, rerr
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", target.Scheme+"://"+target.Host)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		at, page, err = read(client.Do(req))
	}
	return page, fmt.Errorf("%s shows one form after another:\n%s", link, page)
}

// read returns where a request has led and what is there.
func read(res *http.Response, err error) (*url.URL, string, error) {
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answers %s:\n%s", res.Request.URL, res.Status, text)
	}
	return res.Request.URL, string(text), err
}
