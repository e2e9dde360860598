// Package wire is what travels between the programs: the frames between agent and hub (protocol version 1) with the
// one wrapper round gorilla/websocket, and the event stream between server and client.
//
// # Agent and hub
//
// The agent dials GET /api/v1/connections/ws/{connection id} with its token in the Authorization header ([Dial]); the hub
// answers 401 (token unknown or revoked), 403 (token of another connection) or 404 before the upgrade: all three are final,
// where the body says that it is the hub that answers, and no proxy on the way.
// 429 and 503 mean: later. The body of a refusal is {"error": [Error]}, whose retry says the same.
//
// Control frames are JSON text ([Message]), rows are binary ([Rows]). An unknown kind and unknown fields are ignored, so that a
// newer peer may say more.
//
//	agent → hub   hello      at once after the upgrade: versions, instance, connector, capabilities
//	hub → agent   welcome    the version, limits, heartbeat interval, capabilities that both have
//	          or  refuse     an [Error] whose retry says whether to try again; the hub closes after it
//	hub → agent   schema     the schema, unless its fingerprint is the one that the hub has
//	              values     words of a question among the database's values
//	              explain    the plan of a statement
//	              query      run a statement; carries the first credit
//	              credit     more credit for a query that runs
//	              cancel     stop the request at the database and forget it: no reply is wanted any more
//	agent → hub   ack        the request has begun (see below)
//	              schema     reply: the schema, or that it is unchanged
//	              values     reply: matches
//	              plan       reply to explain
//	              rows       binary, any number; the last has the end section
//	              error      ends any request
//	              drain      the agent is stopping: send it nothing new, let what runs finish
//
// Requests carry an id that is unique on the connection; many run at once, no more than welcome's Limits.Requests.
// Each ends with exactly one reply (for a query: the rows frame with the end section) or one error, unless cancel crossed it. A reply to
// an id that is not open is dropped and counted, never an offence: it may have crossed a cancel.
//
// Ack. A request that takes longer than [AckAfter] is acknowledged, so that the hub knows that it has begun; a reply
// within that time says the same. If the agent is lost before either, the hub gives the request to another replica of the agent; after
// it, the hub ends it with CodeUnreachable. Statements only read, so one that began twice does no harm; the hub moves a request twice at the most.
//
// Rows. A small result is one frame with columns, rows and end together. A long one is several: the first has the columns,
// the last has the end, and frames grow from 4 KiB (so that the first row is early) to 256 KiB ([MaxBatch]). A row
// larger than that has a frame of its own, up to Limits.Frame; a larger one ends the query with CodeLimit.
//
// Credit is counted in bytes: a frame costs [Cost] of the length of its rows section before compression; frames without
// rows are free. The agent may send a frame while its credit is above zero, so it overdraws by one frame at the most; then it waits for a
// credit frame (and stops reading the database's cursor). The hub grants what it was sent only once its reader has come back for more. An agent
// that sends rows without credit is closed with [CloseProtocol].
//
// Heartbeats are the WebSocket's own pings: the hub sends one each Welcome.Heartbeat, the agent's [Conn] answers by itself.
// Whoever hears nothing for two intervals closes: the hub by itself, the agent by [Conn.Expect].
//
// Closing. [CloseRevoked], [CloseReplaced] and [CloseRefused] are final, every other code and every loss means: dial again with backoff
// (see [CloseError.Final]). A drained hub or agent closes with [CloseRestart] (1012).
//
// Compression: with the capability [CapZstd] on both sides, each binary frame may be compressed, on its own. Sizes are limited before and after.
//
// # Server and client
//
// [EventWriter] and [EventReader] carry the events of an answer as [EventStream] ('application/vnd.custard.events'): frames of one
// kind byte, the payload's length as uvarint, and the payload: JSON as in the ndjson form ([MarshalEvent]) for all
// kinds but rows, which is uvarint width, uvarint rows and the batch's data untouched. No cell is decoded on the way.
package wire
