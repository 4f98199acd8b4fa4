import type { Db } from './pool.ts'
import { openedRows, type RowOwner, rowRules, type SealedColumn } from './row-cipher.ts'

interface Sampled {
  readonly sample: Uint8Array | null
}

/** A row with a sample as a query finds it. */
export type SealedSample<Row extends Sampled> = Row & {
  readonly key_id: string | null
  readonly sealed_in: SealedColumn
}

/** The same rows with samples that can be read. */
export const openedSamples = <Row extends Sampled>(
  db: Db,
  owner: RowOwner,
  rows: readonly SealedSample<Row>[],
): Promise<Row[]> =>
  openedRows(db, owner, rows, ({ key_id: keyId, sealed_in: column, ...row }, cipher) => ({
    ...(row as unknown as Row),
    sample: row.sample && Buffer.from(cipher.open(column, row.sample, keyId)),
  }))

/** Samples of parts as they are stored, and the key that they were encrypted with; none where the model lets none be kept. */
export async function sealedSamples(
  db: Db,
  reading: string,
  parts: readonly Sampled[],
): Promise<{ samples: (Uint8Array | null)[]; keyId: string | null }> {
  const samples = parts.map(({ sample }) => sample)
  if (samples.every((sample) => sample === null)) return { samples, keyId: null }
  const { never, cipher } = await rowRules(db, { reading })
  return {
    samples: samples.map((sample) =>
      sample === null || never ? null : cipher.seal('parts.sample', sample),
    ),
    keyId: cipher.keyId,
  }
}
