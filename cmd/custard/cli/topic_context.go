package cli

const topicContext = `Writes down what people know about a database and its schema does not say. It lies in the section 'context' of
the project's custard.yaml, to be written by hand or with these commands, or at the server for a hosted
connection, where it is for admins to write. With -c NAME it is about that connection alone.

  context:
    tables:
      orders:
        description: one row a checkout
        synonyms: [purchases]
        filter: deleted_at IS NULL        rows that count unless a question says otherwise
        columns:
          total: with tax, in euros       short for {description: …}
          card: {masked: true}
      audit_log: {hidden: true}
    metrics:
      revenue: sum(order_items.price * order_items.quantity)
    terms:
      VIP: customers with more than ten orders
    examples:
      - question: how many orders came last week?
        query: SELECT count(*) FROM orders WHERE …
    connections:
      prod: {tables: …}                   the same, for one connection alone

Hidden tables and columns are not there for anybody who asks, nor for a language model.

Masked columns can be joined on, compared with values and counted (count, count(DISTINCT …)), and are never shown: not
by an alias, an expression, an aggregate such as min, an order, or a column that was compared with them by =. 'custard
sql' is held to the same. SELECT * leaves them out and says so. Who may filter by a masked column can narrow a value
down by asking often (WHERE salary > 50000): where that is too much, hide the column.

What is masked is kept back by Custard, not by the database: who has the database's password sees it. A view of the
database that holds the column has to be masked too. Agents do not know the notes; the server holds to them.

A question that is the same as an example's gets the example's query. 'custard context lint' says what no longer fits.`
