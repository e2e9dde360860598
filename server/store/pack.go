package store

import (
	"encoding/json"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/custard-ai/custard/internal/custard"
)

// schemaCap is how large a schema may be when it is decompressed: some 200,000 tables.
const schemaCap = 512 << 20

// The codec is made on first use. EncodeAll and DecodeAll are safe for concurrent use.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	})
	decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(schemaCap))
	})
)

// pack is a schema, or what a question went through, as it is kept: JSON, compressed to some twentieth.
func pack[T custard.Schema | custard.Stage](v *T) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, failed(err, "write what is kept compressed")
	}
	enc, err := encoder()
	if err != nil {
		return nil, failed(err, "compress")
	}
	return enc.EncodeAll(text, nil), nil
}

func unpack[T custard.Schema | custard.Stage](body []byte) (*T, error) {
	dec, err := decoder()
	if err != nil {
		return nil, failed(err, "decompress")
	}
	text, err := dec.DecodeAll(body, nil)
	if err != nil {
		return nil, failed(err, "decompress")
	}
	v := new(T)
	if err := json.Unmarshal(text, v); err != nil {
		return nil, failed(err, "read what was kept compressed")
	}
	return v, nil
}
