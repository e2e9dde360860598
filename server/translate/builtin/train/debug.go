package main

import (
	"context"
	"fmt"
)

func debug(ctx context.Context, o options, name, text string) error {
	dbs := &databases{dir: o.databases}
	db, err := dbs.get(ctx, name)
	if err != nil {
		return err
	}
	vals := db.find(ctx, text)
	for _, v := range vals {
		fmt.Println("value", v.Table, v.Column, v.Value, text[v.Start:v.End], v.Score)
	}
	ms := db.ix.Read(text, vals)
	fmt.Println(ms.Quotes, ms.Spelled)
	for _, l := range ms.Links {
		if l.Coverage > 0.5 {
			if l.Column != nil {
				fmt.Println("link", l.Column, ms.Text(l.Span), l.Coverage, l.Exact)
			} else {
				fmt.Println("link", l.Table.Def.Name, ms.Text(l.Span), l.Coverage, l.Exact)
			}
		}
	}
	for _, e := range db.ix.Graph.Edges {
		fmt.Println("edge", e.From[0], e.To[0], e.Cost, e.Declared)
	}
	return nil
}
