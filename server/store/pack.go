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

// pack is a schema as it is kept: JSON, compressed to some twentieth.
func pack(schema *custard.Schema) ([]byte, error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, failed(err, "write the schema")
	}
	enc, err := encoder()
	if err != nil {
		return nil, failed(err, "compress the schema")
	}
	return enc.EncodeAll(text, nil), nil
}

func unpack(body []byte) (*custard.Schema, error) {
	dec, err := decoder()
	if err != nil {
		return nil, failed(err, "decompress the schema")
	}
	text, err := dec.DecodeAll(body, nil)
	if err != nil {
		return nil, failed(err, "decompress the schema")
	}
	var schema custard.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, failed(err, "read the schema")
	}
	return &schema, nil
}
