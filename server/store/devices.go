package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/custard-ai/custard/internal/custard"
	"github.com/custard-ai/custard/server/auth"
)

// tooFast is how many seconds the interval grows by when a device polls sooner than it may (RFC 8628, slow_down).
const tooFast = 5

type deviceRow struct {
	bun.BaseModel `bun:"table:devices,alias:d"`

	DeviceHash  []byte `bun:"device_hash,pk"`
	UserCode    string `bun:"user_code"`
	Client      string `bun:"client"`
	PollSeconds int    `bun:"poll_seconds"`
	Polled      int64  `bun:"polled"`
	UserID      string `bun:"user_id"`
	OrgID       string `bun:"org_id"`
	Denied      bool   `bun:"denied"`
	Created     int64  `bun:"created"`
	Expires     int64  `bun:"expires"`
}

func (r *deviceRow) device() auth.Device {
	return auth.Device{
		DeviceHash: r.DeviceHash, UserCode: r.UserCode, Client: r.Client, Interval: r.PollSeconds, Polled: moment(r.Polled),
		User: r.UserID, Org: r.OrgID, Denied: r.Denied, Created: moment(r.Created), Expires: moment(r.Expires),
	}
}

// AddDevice implements auth.SessionStore: CodeConflict where the user code is in use.
func (s *Store) AddDevice(ctx context.Context, d auth.Device) error {
	row := deviceRow{
		DeviceHash: d.DeviceHash, UserCode: d.UserCode, Client: d.Client, PollSeconds: d.Interval, Polled: micros(d.Polled),
		UserID: d.User, OrgID: d.Org, Denied: d.Denied, Created: micros(d.Created), Expires: micros(d.Expires),
	}
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	if taken(err) {
		return custard.Errorf(custard.CodeConflict, "the code is in use")
	}
	return failed(err, "keep the device login")
}

// DeviceByUserCode implements auth.SessionStore.
func (s *Store) DeviceByUserCode(ctx context.Context, code string, now time.Time) (auth.Device, error) {
	var row deviceRow
	err := s.read.NewSelect().Model(&row).Where("d.user_code = ?", code).Where("d.expires > ?", micros(now)).Scan(ctx)
	if none(err) {
		return auth.Device{}, notFound("code")
	}
	return row.device(), failed(err, "look the code up")
}

// DecideDevice implements auth.SessionStore: the first decision stands.
func (s *Store) DecideDevice(ctx context.Context, code, user, org string, deny bool, now time.Time) error {
	if deny {
		user, org = "", ""
	} else if user == "" || org == "" {
		return custard.Errorf(custard.CodeInternal, "a device login is approved by somebody, for an organisation")
	}
	res, err := s.write.NewUpdate().Model((*deviceRow)(nil)).Set("user_id = ?", user).Set("org_id = ?", org).Set("denied = ?", deny).
		Where("d.user_code = ?", code).Where("d.expires > ?", micros(now)).Where("d.user_id = ''").Where("NOT d.denied").Exec(ctx)
	if err := one(res, err, "code", "keep the decision"); custard.AsError(err) == nil || custard.AsError(err).Code != custard.CodeNotFound {
		return err
	}
	if _, err := s.DeviceByUserCode(ctx, code, now); err != nil {
		return err
	}
	return custard.Errorf(custard.CodeConflict, "this login was approved or denied already")
}

// PollDevice implements auth.SessionStore.
func (s *Store) PollDevice(ctx context.Context, deviceHash []byte, now time.Time) (auth.Device, error) {
	var before deviceRow
	err := s.tx(ctx, "note the poll", func(ctx context.Context, tx bun.Tx) error {
		before = deviceRow{}
		err := tx.NewRaw("SELECT * FROM devices WHERE device_hash = ? AND expires > ?"+s.lock(), deviceHash, micros(now)).Scan(ctx, &before)
		if none(err) {
			return notFound("device login")
		}
		if err != nil {
			return err
		}
		if before.Denied || before.UserID != "" {
			_, err := tx.NewDelete().Model((*deviceRow)(nil)).Where("device_hash = ?", deviceHash).Exec(ctx)
			return err
		}
		seconds := before.PollSeconds
		if before.Polled != 0 && now.Before(moment(before.Polled).Add(time.Duration(seconds)*time.Second)) {
			seconds += tooFast
		}
		_, err = tx.NewUpdate().Model((*deviceRow)(nil)).Set("polled = ?", micros(now)).Set("poll_seconds = ?", seconds).
			Where("d.device_hash = ?", deviceHash).Exec(ctx)
		return err
	})
	if err != nil {
		return auth.Device{}, err
	}
	return before.device(), nil
}
