const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** The magic bytes and two version numbers. */
const headerLength = 16

/**
 * The snappy blocks of a frame as `SnappyOutputStream` of snappy-java writes it: a header, then blocks, each after its
 * length (int32, big-endian); streams one after the other repeat the header. Null: the bytes are no such frame.
 * @throws RangeError for a block that is cut off.
 */
export function xerialBlocks(bytes: Buffer): Buffer[] | null {
  if (!startsWithMagic(bytes, 0)) return null
  const blocks: Buffer[] = []
  for (let at = headerLength; at < bytes.length; ) {
    if (startsWithMagic(bytes, at)) {
      at += headerLength
      continue
    }
    const end = at + 4 + bytes.readInt32BE(at)
    if (end < at + 4 || end > bytes.length) throw new RangeError('a snappy block is cut off')
    blocks.push(bytes.subarray(at + 4, end))
    at = end
  }
  return blocks
}

const startsWithMagic = (bytes: Buffer, at: number): boolean =>
  bytes.subarray(at, at + magic.length).equals(magic)
