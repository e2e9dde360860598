package check

import (
	"strings"
	"testing"

	"github.com/custard-ai/custard/internal/custard"
)

// TestHiddenIsNotThere asks for hidden columns (users.secret, users.password, users.total) where the database would find them.
func TestHiddenIsNotThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ on, sql string }{
		{"psdm", "SELECT secret FROM users"},
		{"psdm", "SELECT u.secret FROM users u"},
		{"psdm", "SELECT count(password) FROM users"},
		{"psdm", "SELECT id FROM users WHERE password = 'x'"},
		{"psdm", "SELECT id FROM users ORDER BY users.password"},
		{"psdm", "SELECT id FROM users GROUP BY id, password"},
		{"psdm", "SELECT o.id, (SELECT secret FROM users LIMIT 1) FROM orders o"},
		{"psdm", "SELECT (SELECT u.secret FROM users u LIMIT 1) FROM orders u"},
		{"psdm", "SELECT o.id FROM orders o WHERE EXISTS (SELECT 1 FROM users WHERE secret = 'x')"},
		{"psdm", "SELECT id FROM users JOIN orders USING (password)"},
		{"ps", "SELECT a FROM users AS u(a, b, c, d)"},
		{"s", "SELECT rowid FROM users"},
		{"s", "SELECT users.oid FROM users"},
		{"ps", "SELECT name || 'x' AS secret FROM users GROUP BY secret"},
		{"p", "SELECT u FROM users u"},
		{"p", "SELECT password FROM (SELECT users FROM users) t"},
	} {
		for _, d := range (attack{on: c.on}).dialects() {
			text, _, err := judged(t, d, c.sql)
			if err == nil {
				t.Errorf("%s: %s\n\tbecame %s", d, c.sql, text)
				continue
			}
			if hint := strings.ReplaceAll(err.Hint, "orders.secret", ""); strings.Contains(hint, "secret") || strings.Contains(hint, "password") {
				t.Errorf("%s: %s\n\tthe error names what is hidden: %s %s", d, c.sql, err.Message, err.Hint)
			}
		}
	}
}

// TestHiddenIsLeftOut holds that what the database would add, the printed statement does not ask for.
func TestHiddenIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sql, want string }{
		{"SELECT * FROM users", "SELECT users.id, users.name, users.active, users.nick FROM users"},
		{"SELECT count(*) FROM (SELECT * FROM users) t", "SELECT count(*) FROM (SELECT users.id, users.name, users.email, users.salary, users.born, users.active, users.nick FROM users) AS t"},
		{"SELECT * FROM orders", "SELECT * FROM orders"},
		{"SELECT o.*, u.name FROM orders o JOIN users u ON u.id = o.user_id", "SELECT o.*, u.name FROM orders AS o JOIN users AS u ON u.id = o.user_id"},
		{"SELECT secret FROM users JOIN orders ON users.id = orders.user_id", "SELECT orders.secret FROM users JOIN orders ON users.id = orders.user_id"},
		{"SELECT sum(total) FROM users JOIN orders ON users.id = user_id", "SELECT sum(orders.total) FROM users JOIN orders ON users.id = user_id"},
		{"SELECT topic FROM users NATURAL JOIN news", "SELECT topic FROM users JOIN news USING (id, email)"},
		{"SELECT * FROM (SELECT * FROM users) t", "SELECT t.id, t.name, t.active, t.nick FROM (SELECT users.id, users.name, users.email, users.salary, users.born, users.active, users.nick FROM users) AS t"},
	} {
		text, _, err := judged(t, custard.Postgres, c.sql)
		if err != nil || text != c.want {
			t.Errorf("%s\n\tgot  %s %v\n\twant %s", c.sql, text, err, c.want)
		}
	}
}

func TestMaskedOutputIsLeftOut(t *testing.T) {
	t.Parallel()
	_, res, err := judged(t, custard.Postgres, "SELECT * FROM users")
	if err != nil || len(res.Fields) != 4 || len(res.Warnings) != 3 || res.Warnings[0] != "users.email is masked and left out" {
		t.Errorf("%v %+v", err, res)
	}
	if _, _, err := judged(t, custard.Postgres, "SELECT u.* FROM (SELECT email FROM users) u"); err == nil || err.Code != custard.CodePolicy {
		t.Errorf("nothing but masked columns: %v", err)
	}
}
