package natsbus

import (
	"context"
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/hub"
)

// peer is a replica's sign of life: hello asks the others for theirs, bye is the last.
type peer struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

func (b *Bus) publishPeer(state string) {
	_ = b.publish(b.subject("peers"), "", peer{b.id, state}) // silence tells
}

// peer takes another replica's sign of life.
func (b *Bus) peer(m *nats.Msg) {
	var p peer
	if json.Unmarshal(m.Data, &p) != nil || p.ID == b.id || len(p.ID) > 64 {
		return
	}
	const most = 1000 // replicas
	b.mu.Lock()
	_, known := b.peers[p.ID]
	if p.State == "bye" {
		delete(b.peers, p.ID)
	} else if known || len(b.peers) < most {
		b.peers[p.ID] = time.Now()
	}
	b.mu.Unlock()
	if p.State == "hello" {
		b.publishPeer("alive")
	}
}

// beat says that this replica lives, for itself and on each stream, and gives up those that do not.
func (b *Bus) beat() {
	b.publishPeer("hello")
	tick := time.NewTicker(b.opts.Beat)
	defer tick.Stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-tick.C:
		}
		b.publishPeer("alive")
		now := time.Now()
		b.mu.Lock()
		askers := make([]*asked, 0, len(b.asked))
		for _, a := range b.asked {
			askers = append(askers, a)
		}
		servers := make([]*served, 0, len(b.served))
		for _, s := range b.served {
			servers = append(servers, s)
		}
		for id, seen := range b.peers {
			if now.Sub(seen) > missed*b.opts.Beat {
				delete(b.peers, id)
			}
		}
		b.mu.Unlock()
		for _, a := range askers {
			a.beat(now)
		}
		for _, s := range servers {
			s.beat(now)
		}
	}
}

// about asks every replica about a connection.
type about struct {
	Org        string `json:"org"`
	Connection string `json:"connection"`
	Token      string `json:"token,omitempty"`
}

// answerAbout is a replica's answer.
type answerAbout struct {
	ID     string          `json:"id"`
	Agents []hub.AgentInfo `json:"agents,omitempty"`
}

// Agents lists the agents of a connection at the other replicas.
func (b *Bus) Agents(ctx context.Context, org, connection string) ([]hub.AgentInfo, error) {
	var out []hub.AgentInfo
	err := b.gather(ctx, "agents", about{Org: org, Connection: connection}, func(a answerAbout) { out = append(out, a.Agents...) })
	return out, err
}

// Revoke cuts the agents of a token at the other replicas, and returns when all have.
func (b *Bus) Revoke(ctx context.Context, org, connection, token string) error {
	return b.gather(ctx, "revoke", about{org, connection, token}, func(answerAbout) {})
}

// gather asks every other replica and waits for the answers of those that live. One that does not answer within a beat and a
// half is CodeUnreachable.
func (b *Bus) gather(ctx context.Context, what string, q about, use func(answerAbout)) error {
	b.mu.Lock()
	waiting := make(map[string]bool, len(b.peers))
	for id := range b.peers {
		waiting[id] = true
	}
	b.mu.Unlock()
	if len(waiting) == 0 && b.nc.IsConnected() {
		_ = b.publish(b.subject(what), "", q) // for one that has just started
		return nil
	}
	answers := make(chan *nats.Msg, len(waiting)+16) // more than that are of replicas that have just started
	inbox := nats.NewInbox()
	sub, err := b.nc.ChanSubscribe(inbox, answers)
	if err != nil {
		return errBus("the bus does not work")
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := b.publish(b.subject(what), inbox, q); err != nil {
		return err
	}
	late := time.NewTimer(b.opts.Beat * 3 / 2)
	defer late.Stop()
	for len(waiting) > 0 {
		select {
		case m := <-answers:
			var a answerAbout
			if json.Unmarshal(m.Data, &a) == nil && a.ID != b.id {
				use(a)
				delete(waiting, a.ID)
			}
		case <-late.C:
			return errBus("another server did not answer")
		case <-ctx.Done():
			return custard.AsError(context.Cause(ctx))
		}
	}
	return nil
}

// listAgents answers Agents of another replica.
func (b *Bus) listAgents(m *nats.Msg) {
	b.answer(m, func(q about) answerAbout {
		return answerAbout{ID: b.id, Agents: b.local.Agents(q.Org, q.Connection)}
	})
}

// revokeHere answers Revoke of another replica. Closing sockets takes up to a second, so each has a goroutine of its own.
func (b *Bus) revokeHere(m *nats.Msg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.work.Go(func() {
		b.answer(m, func(q about) answerAbout {
			b.local.Revoke(q.Org, q.Connection, q.Token)
			return answerAbout{ID: b.id}
		})
	})
}

func (b *Bus) answer(m *nats.Msg, make func(about) answerAbout) {
	var q about
	if json.Unmarshal(m.Data, &q) != nil {
		return
	}
	a := make(q)
	if m.Reply != "" {
		_ = b.publish(m.Reply, "", a) // whoever asks gives up by itself
	}
}
