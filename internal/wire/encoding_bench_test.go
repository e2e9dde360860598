package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/custard-ai/custard/internal/custard"
)

// BenchmarkEncodings carries the same rows in several encodings from an agent over a hub that passes them on to a client that looks at
// each cell, over loopback: what the choice of raw text values in batches rests on.
func BenchmarkEncodings(b *testing.B) {
	batches := tradeRows(200_000)
	for _, e := range []encoding{
		{"raw", encodeRaw, decodeRaw},
		{"raw+s2", squeeze(encodeRaw, s2.Encode), expand(s2.Decode, decodeRaw)},
		{"raw+zstd", squeeze(encodeRaw, zstdSqueeze), expand(zstdExpand, decodeRaw)},
		{"csv", encodeCSV, decodeCSV},
		{"json", encodeJSON, decodeJSON},
		{"msgpack", encodeMsgpack, decodeMsgpack},
	} {
		b.Run(e.name, func(b *testing.B) {
			var sent int64
			for b.Loop() {
				cells, n, err := twoHops(batches, e)
				if err != nil {
					b.Fatal(err)
				}
				if cells != 200_000*8 {
					b.Fatal(cells, "cells")
				}
				sent = n
			}
			b.ReportMetric(float64(sent)/(1<<20), "MB-sent")
		})
	}
}

type encoding struct {
	name   string
	encode func(dst []byte, b *custard.Batch) []byte
	decode func(data []byte) (cells int, err error)
}

// tradeRows makes batches of eight columns as a shop's orders have them.
func tradeRows(n int) []custard.Batch {
	var out []custard.Batch
	var b custard.Batch
	b.Reset(8)
	for i := range n {
		b.AppendString(fmt.Sprint(i))
		b.AppendString(fmt.Sprintf("customer %d", i*7919%5000))
		b.AppendString(fmt.Sprintf("%d.%02d", i*31%900, i%100))
		b.AppendString(fmt.Sprintf("2026-%02d-%02d 10:%02d:00+00", i%12+1, i%28+1, i%60))
		b.AppendString([]string{"open", "paid", "shipped", "returned"}[i%4])
		b.AppendNull()
		b.AppendString([]string{"t", "f"}[i%2])
		b.AppendString("a note that somebody wrote about it, with a comma")
		b.EndRow()
		if len(b.Data) > MaxBatch {
			out = append(out, *b.Clone())
			b.Reset(8)
		}
	}
	return append(out, b)
}

// twoHops sends batches over a connection to a hub, which sends them on over another.
func twoHops(batches []custard.Batch, e encoding) (cells int, sent int64, err error) {
	agent, hubIn := loopback()
	hubOut, client := loopback()
	go func() {
		defer agent.Close()
		var buf []byte
		for i := range batches {
			buf = e.encode(append(buf[:0], 0, 0, 0, 0), &batches[i])
			binary.BigEndian.PutUint32(buf, uint32(len(buf)-4))
			if _, err := agent.Write(buf); err != nil {
				return
			}
		}
	}()
	passed := make(chan int64, 1)
	go func() {
		defer hubOut.Close()
		var n int64
		_ = frames(hubIn, func(frame []byte) error {
			n += int64(len(frame))
			_, err := hubOut.Write(frame)
			return err
		})
		passed <- n
	}()
	err = frames(client, func(frame []byte) error {
		n, err := e.decode(frame[4:])
		cells += n
		return err
	})
	return cells, <-passed, err
}

// frames calls use with each frame, its length before it.
func frames(c net.Conn, use func([]byte) error) error {
	defer c.Close()
	r := bufio.NewReaderSize(c, 16<<10)
	var buf []byte
	for {
		head, err := r.Peek(4)
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint32(head)) + 4
		if cap(buf) < n {
			buf = make([]byte, n)
		}
		buf = buf[:n]
		if _, err := io.ReadFull(r, buf); err != nil {
			return err
		}
		if err := use(buf); err != nil {
			return err
		}
	}
}

func loopback() (dialled, accepted net.Conn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer ln.Close()
	if dialled, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		panic(err)
	}
	if accepted, err = ln.Accept(); err != nil {
		panic(err)
	}
	return dialled, accepted
}

func encodeRaw(dst []byte, b *custard.Batch) []byte { return append(dst, b.Data...) }

func decodeRaw(data []byte) (cells int, err error) {
	b := custard.Batch{Data: data}
	r := b.Reader()
	for {
		if _, _, ok := r.Next(); !ok {
			return cells, r.Err()
		}
		cells++
	}
}

// eachRow calls use with each row's cells; nil is NULL.
func eachRow(b *custard.Batch, use func(row [][]byte)) {
	r := b.Reader()
	row := make([][]byte, b.Width)
	for range b.Rows {
		for i := range row {
			row[i], _, _ = r.Next()
		}
		use(row)
	}
}

func encodeCSV(dst []byte, b *custard.Batch) []byte {
	buf := bytes.NewBuffer(dst)
	w := csv.NewWriter(buf)
	record := make([]string, b.Width)
	eachRow(b, func(row [][]byte) {
		for i, cell := range row {
			record[i] = string(cell)
		}
		_ = w.Write(record)
	})
	w.Flush()
	return buf.Bytes()
}

func decodeCSV(data []byte) (cells int, err error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return cells, nil
		} else if err != nil {
			return cells, err
		}
		cells += len(record)
	}
}

func encodeJSON(dst []byte, b *custard.Batch) []byte {
	rows := make([][]*string, 0, b.Rows)
	eachRow(b, func(row [][]byte) {
		out := make([]*string, len(row))
		for i, cell := range row {
			if cell != nil {
				s := string(cell)
				out[i] = &s
			}
		}
		rows = append(rows, out)
	})
	data, err := json.Marshal(rows)
	if err != nil {
		panic(err)
	}
	return append(dst, data...)
}

func decodeJSON(data []byte) (cells int, err error) {
	var rows [][]*string
	err = json.Unmarshal(data, &rows)
	for _, row := range rows {
		cells += len(row)
	}
	return cells, err
}

func encodeMsgpack(dst []byte, b *custard.Batch) []byte {
	buf := bytes.NewBuffer(dst)
	e := msgpack.NewEncoder(buf)
	eachRow(b, func(row [][]byte) {
		_ = e.EncodeArrayLen(len(row))
		for _, cell := range row {
			if cell == nil {
				_ = e.EncodeNil()
			} else {
				_ = e.EncodeString(string(cell))
			}
		}
	})
	return buf.Bytes()
}

func decodeMsgpack(data []byte) (cells int, err error) {
	d := msgpack.NewDecoder(bytes.NewReader(data))
	for {
		n, err := d.DecodeArrayLen()
		if errors.Is(err, io.EOF) {
			return cells, nil
		} else if err != nil {
			return cells, err
		}
		for range n {
			if _, err := d.DecodeString(); err != nil { // "" for nil
				return cells, err
			}
			cells++
		}
	}
}

func squeeze(encode func([]byte, *custard.Batch) []byte, compress func(dst, src []byte) []byte) func([]byte, *custard.Batch) []byte {
	return func(dst []byte, b *custard.Batch) []byte { return append(dst, compress(nil, encode(nil, b))...) }
}

func expand(decompress func(dst, src []byte) ([]byte, error), decode func([]byte) (int, error)) func([]byte) (int, error) {
	return func(data []byte) (int, error) {
		plain, err := decompress(nil, data)
		if err != nil {
			return 0, err
		}
		return decode(plain)
	}
}

func zstdSqueeze(dst, src []byte) []byte { return zstdEncoder().EncodeAll(src, dst) }

func zstdExpand(dst, src []byte) ([]byte, error) { return benchDecoder().DecodeAll(src, dst) }

// benchDecoder is like ours, without its limits.
var benchDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	return d
})
