package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/server/mail"
)

type letterRow struct {
	bun.BaseModel `bun:"table:outbox,alias:l"`

	ID          string `bun:"id,pk"`
	Kind        string `bun:"kind"`
	Body        []byte `bun:"body"`
	State       string `bun:"state"`
	Attempts    int    `bun:"attempts"`
	Due         int64  `bun:"due"`
	Lease       string `bun:"lease"`
	LeasedUntil int64  `bun:"leased_until"`
	Created     int64  `bun:"created"`
	Expires     int64  `bun:"expires"`
	Finished    int64  `bun:"finished"`
	Reason      string `bun:"reason"`
}

const (
	letterWaiting = "waiting"
	letterSent    = "sent"
	letterFailed  = "failed"
)

// AddLetter implements mail.Outbox.
func (s *Store) AddLetter(ctx context.Context, l mail.Letter) error {
	row := letterRow{
		ID: l.ID, Kind: l.Kind, Body: bytesOf(l.Body), State: letterWaiting, Due: micros(l.Created), Created: micros(l.Created), Expires: micros(l.Expires),
	}
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	return failed(err, "keep the mail")
}

// ClaimLetters implements mail.Outbox: the update decides who has a letter. On PostgreSQL claimers skip what another is
// just claiming.
func (s *Store) ClaimLetters(ctx context.Context, lease string, limit int, now, until time.Time) ([]mail.Letter, error) {
	lock := s.lock()
	if lock != "" {
		lock += " SKIP LOCKED"
	}
	var rows []letterRow
	err := s.write.NewRaw(`UPDATE outbox SET lease = ?, leased_until = ?, attempts = attempts + 1 WHERE id IN (
		SELECT w.id FROM outbox w WHERE w.state = 'waiting' AND w.due <= ? AND w.leased_until <= ? ORDER BY w.due, w.id LIMIT ?`+lock+`)
		RETURNING *`, lease, micros(until), micros(now), micros(now), atLeastOne(limit)).Scan(ctx, &rows)
	if err != nil {
		return nil, failed(err, "read the outbox")
	}
	out := make([]mail.Letter, 0, len(rows))
	for _, r := range rows {
		out = append(out, mail.Letter{
			ID: r.ID, Kind: r.Kind, Body: r.Body, Attempts: r.Attempts, Created: moment(r.Created), Expires: moment(r.Expires), Lease: r.Lease,
		})
	}
	return out, nil
}

// LetterSent implements mail.Outbox.
func (s *Store) LetterSent(ctx context.Context, id, lease string, now time.Time) error {
	return s.finish(ctx, id, lease, letterSent, "", now)
}

// LetterFailed implements mail.Outbox.
func (s *Store) LetterFailed(ctx context.Context, id, lease, reason string, now time.Time) error {
	return s.finish(ctx, id, lease, letterFailed, reason, now)
}

func (s *Store) finish(ctx context.Context, id, lease, state, reason string, now time.Time) error {
	_, err := s.write.NewUpdate().Model((*letterRow)(nil)).Set("state = ?", state).Set("reason = ?", reason).Set("finished = ?", micros(now)).
		Set("body = ?", []byte{}).Set("lease = ''").Set("leased_until = 0").
		Where("l.id = ?", id).Where("l.lease = ?", lease).Where("l.state = 'waiting'").Exec(ctx)
	return failed(err, "note what came of the mail")
}

// LetterDelayed implements mail.Outbox.
func (s *Store) LetterDelayed(ctx context.Context, id, lease, reason string, due time.Time) error {
	_, err := s.write.NewUpdate().Model((*letterRow)(nil)).Set("reason = ?", reason).Set("due = ?", micros(due)).
		Set("lease = ''").Set("leased_until = 0").
		Where("l.id = ?", id).Where("l.lease = ?", lease).Where("l.state = 'waiting'").Exec(ctx)
	return failed(err, "note what came of the mail")
}

// LetterState implements mail.Outbox.
func (s *Store) LetterState(ctx context.Context, since time.Time) (mail.State, error) {
	var state mail.State
	var oldest int64
	err := s.read.NewRaw(`SELECT count(*), COALESCE(sum(CASE WHEN reason <> '' THEN 1 ELSE 0 END), 0), COALESCE(min(created), 0)
		FROM outbox WHERE state = 'waiting'`).Scan(ctx, &state.Waiting, &state.Late, &oldest)
	if err != nil {
		return mail.State{}, failed(err, "read the outbox")
	}
	state.Oldest = moment(oldest)
	err = s.read.NewRaw("SELECT count(*) FROM outbox WHERE state = 'failed' AND finished > ?", micros(since)).Scan(ctx, &state.Failed)
	if err != nil {
		return mail.State{}, failed(err, "read the outbox")
	}
	err = s.read.NewRaw("SELECT reason FROM outbox WHERE reason <> '' AND (state = 'waiting' OR state = 'failed' AND finished > ?) ORDER BY id DESC LIMIT 1",
		micros(since)).Scan(ctx, &state.Reason)
	if none(err) {
		err = nil
	}
	return state, failed(err, "read the outbox")
}
