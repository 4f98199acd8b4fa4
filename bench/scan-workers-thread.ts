import { parentPort, workerData } from 'node:worker_threads'
import { SliceBuilder } from '../activities/slice-builder.ts'
import { committedRecords } from '../adapters/kafka/aborted.ts'
import { recordBatches } from '../adapters/kafka/record-batch.ts'
import { templateDecoder } from '../formats/json.ts'
import { buildBinning } from '../profiles/index.ts'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { modelOn, rowValues } from './scan-log.ts'
import type { Recorded } from './scan-workers.ts'

const partitions = (workerData as Recorded[]).map((answers) =>
  answers.map(({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length)),
)
const model = modelOn('recorded')
const next = mulberry32(3)
const rows = Array.from({ length: 20_000 }, () => rowValues(next))
const binning = buildBinning('bench', '1', model.features, rows)
const settings = {
  binning,
  bucketMs: model.window.bucket,
  anchorMs: Date.parse(model.window.anchor),
  keepBadBytes: false,
  keepSample: true,
}

/** Decodes and counts every record, slice by slice, up to the bytes that a commit would write. */
async function scan(): Promise<number> {
  let good = 0
  for (const answers of partitions) {
    const { packed } = templateDecoder({ model: 'bench', binning, paths: model.log.paths })
    let builder = new SliceBuilder(settings, packed)
    const end = () => {
      good += builder.good
      builder.parts()
      builder = new SliceBuilder(settings, packed)
    }
    for (const answer of answers) {
      for (const record of committedRecords(await recordBatches(answer), [])) {
        builder.add(record)
        if (builder.full) end()
      }
    }
    end()
  }
  return good
}

parentPort?.on('message', async () => parentPort?.postMessage(await scan()))
