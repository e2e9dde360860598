package executor

import "testing"

func TestDullName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"password": true, "user_password_hash": true, "imageUrl": true, "imageURL": true, "url": true, "photo_url": true, "access_token": true, "salt": true,
		"Tourist_Details": false, "hashtag": false, "Curl": false, "name": false, "": false, "basalt": false, "tokens_of_love": false, "security": false,
	} {
		if got := dullName(name); got != want {
			t.Errorf("dullName(%q) is %v", name, got)
		}
	}
}
