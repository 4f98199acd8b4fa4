import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { snappyCompress } from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'
import { registerCodecs } from '../../../adapters/kafka/codecs.ts'

registerCodecs()

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>
  decompress(bytes: Buffer): Promise<Buffer>
}
const codec = (type: number) => (kafkajs.CompressionCodecs as Record<number, () => Codec>)[type]!()
const text = Buffer.from('prediction '.repeat(10_000))
const header = Buffer.from('82534e41505059000000000100000001', 'hex')
/** One block of a frame of snappy-java. */
function block(bytes: Buffer): Buffer {
  const packed = snappyCompress(bytes)
  const length = Buffer.alloc(4)
  length.writeInt32BE(packed.length)
  return Buffer.concat([length, packed])
}

for (const [name, type] of Object.entries(kafkajs.CompressionTypes)) {
  if (name === 'None') continue
  describe(`the codec ${name}`, () => {
    test('unpacks what it packed', async () => {
      const packed = await codec(type as number).compress({ buffer: text })
      assert.ok(packed.length < text.length / 5)
      assert.deepEqual(await codec(type as number).decompress(packed), text)
    })

    test('says that bytes are damaged, each time, and goes on to read good ones', async () => {
      const packed = await codec(type as number).compress({ buffer: text })
      for (const bytes of [Buffer.from('junk'), packed.subarray(0, packed.length >> 1)]) {
        await assert.rejects(codec(type as number).decompress(bytes), {
          code: 'KAFKA_BATCH_DAMAGED',
        })
      }
      assert.deepEqual(await codec(type as number).decompress(packed), text)
    })
  })
}

describe('a frame of snappy-java', () => {
  const { decompress } = codec(kafkajs.CompressionTypes.Snappy)
  const parts = [Buffer.from('one '), Buffer.from('two '), Buffer.from('three')]

  test('may have several blocks, and a header again between them', async () => {
    const [one, two, three] = parts.map(block)
    const whole = Buffer.concat([header, one!, two!, header, three!])
    assert.equal(String(await decompress(whole)), 'one two three')
  })

  test('that is cut off, or whose length goes backwards, is damaged', async () => {
    const whole = Buffer.concat([header, block(parts[2]!)])
    const backwards = Buffer.concat([header, Buffer.from([0xff, 0xff, 0xff, 0xf0]), parts[2]!])
    for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 18), backwards]) {
      await assert.rejects(decompress(bytes), { code: 'KAFKA_BATCH_DAMAGED' })
    }
  })
})
