import type { Format } from './format.ts'
import { memberReader, parseObject, stepsOf } from './json-value.ts'
import { badRecord, featureReader, rowMaker } from './row-maker.ts'

/** Flat or nested JSON objects, one prediction a record; dots in a path walk into objects and lists. */
export const json: Format = {
  name: 'json',
  title: 'JSON object',
  needs: [],
  kinds: ['prediction'],
  trainable: true,
  decoder(input) {
    const { paths } = input
    const [id, time, model, version] = [paths.id, paths.time, paths.model, paths.version].map(
      (path) => memberReader(stepsOf(path)),
    ) as [Reader, Reader, Reader, Reader]
    const features = featureReader(input)
    const row = rowMaker(input)
    return ({ value, timestampMs }) => {
      try {
        const record = parseObject(value)
        const parts = {
          id: id(record),
          time: time(record),
          model: model(record),
          version: version(record),
          raw: features(record),
        }
        return row(parts, timestampMs)
      } catch (error) {
        return badRecord(error, input)
      }
    }
  },
}

type Reader = ReturnType<typeof memberReader>
