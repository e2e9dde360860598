package index_test

import (
	"testing"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/translate/builtin/index"
)

// depot is an invented schema with names as they grow at work: prefixes, short forms, no declared keys.
func depot() *custard.Schema {
	return &custard.Schema{Dialect: custard.SQLite, Database: "depot", Tables: []*custard.Table{
		{Name: "tbl_depot", PrimaryKey: []string{"depot_cd"}, Columns: []*custard.Column{
			column("depot_cd", custard.TypeText), column("depot_nm", custard.TypeText), column("city", custard.TypeText), column("head_emp_id", custard.TypeInt),
		}},
		{Name: "tbl_emp", PrimaryKey: []string{"emp_id"}, Columns: []*custard.Column{
			column("emp_id", custard.TypeInt), column("title", custard.TypeText), column("first_nm", custard.TypeText), column("last_nm", custard.TypeText),
			column("mgr_id", custard.TypeInt), column("base_sal", custard.TypeDecimal), column("is_driver", custard.TypeInt), column("employed_since", custard.TypeText),
		}},
		{Name: "tbl_bay", PrimaryKey: []string{"bay_id"}, Columns: []*custard.Column{
			column("bay_id", custard.TypeInt), column("bay_no", custard.TypeText), column("bay_status", custard.TypeText),
		}},
		{Name: "tbl_shpmt", PrimaryKey: []string{"shpmt_id"}, Columns: []*custard.Column{
			column("shpmt_id", custard.TypeInt), column("from_depot", custard.TypeText), column("to_depot", custard.TypeText), column("bay_id", custard.TypeInt),
			column("created_by", custard.TypeInt), column("receiver_name", custard.TypeText), column("sent_dt", custard.TypeDate), column("qlty_chk", custard.TypeText),
		}},
	}}
}

func TestAwkwardNames(t *testing.T) {
	t.Parallel()
	ix := index.New(depot())
	for name, want := range map[string][2]string{
		"tbl_depot": {"depot", "depot_nm"}, "tbl_emp": {"employee", "first_nm"}, "tbl_bay": {"bay", "bay_no"}, "tbl_shpmt": {"shipment", ""},
	} {
		table := ix.Table("", name)
		label := ""
		if table.Label != nil {
			label = table.Label.Def.Name
		}
		if got := [2]string{table.Phrase(), label}; got != want {
			t.Errorf("%s reads as %q with label %q, want %q", name, got[0], got[1], want)
		}
	}
	for name, want := range map[string]string{
		"tbl_depot.head_emp_id": "tbl_emp.emp_id", "tbl_emp.mgr_id": "tbl_emp.emp_id", "tbl_shpmt.created_by": "tbl_emp.emp_id",
		"tbl_shpmt.bay_id": "tbl_bay.bay_id",
	} {
		for _, c := range ix.Columns {
			if c.String() != name {
				continue
			}
			if c.Ref == nil || c.Ref.String() != want {
				t.Errorf("%s refers to %v, want %s", name, c.Ref, want)
			}
		}
	}
	emp := ix.Table("", "tbl_emp")
	for name, want := range map[string]index.Role{"is_driver": index.RoleFlag, "employed_since": index.RoleDate, "base_sal": index.RoleMeasure} {
		if got := emp.Column(name).Role; got != want {
			t.Errorf("%s has role %d, want %d", name, got, want)
		}
	}
}

func TestShortForms(t *testing.T) {
	t.Parallel()
	ix := index.New(depot())
	for q, want := range map[string]string{
		"what is the salary of our employees": "tbl_emp.base_sal", "names of the depots": "tbl_depot.depot_nm", "shipments without a quality check": "tbl_shpmt.qlty_chk",
	} {
		best := 0.0
		for _, l := range ix.Read(q, nil).Links {
			if l.Column != nil && l.Column.String() == want {
				best = max(best, l.Coverage)
			}
		}
		if best < 0.5 {
			t.Errorf("%q names %s with a coverage of %.2f", q, want, best)
		}
	}
}
