import { z } from 'zod'
import { predictionFeature, scoreFeature } from '../contracts/prediction.ts'
import { csvFields } from './csv-line.ts'
import type { DecoderInput, Format } from './format.ts'
import { textOf } from './json-value.ts'
import { badRecord, rowMaker } from './row-maker.ts'
import { textReader, timeText } from './text-value.ts'

const options = z.strictObject({
  columns: z
    .array(z.string().min(1))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'two columns have the same name'),
  delimiter: z.enum([',', ';', '\t', '|']).default(','),
})

/** One line of CSV, one prediction a record; the names of the columns are in the configuration. */
export const csv: Format = {
  name: 'csv',
  title: 'CSV line',
  needs: [],
  kinds: ['prediction', 'pair'],
  trainable: false,
  options,
  decoder(input) {
    const { columns, delimiter } = options.parse(input.options)
    const at = new Map(columns.map((name, index) => [name, index]))
    const part = (name: string) => {
      const index = at.get(name)
      return (fields: readonly string[]) =>
        index === undefined ? undefined : fields[index] || undefined
    }
    const { paths } = input
    const [id, time, model, version] = [paths.id, paths.time, paths.model, paths.version].map(
      part,
    ) as [Part, Part, Part, Part]
    const features = featuresIn(input, part)
    const row = rowMaker(input)
    return ({ value, timestampMs }) => {
      try {
        const fields = csvFields(textOf(value), delimiter)
        if (fields.length !== columns.length) {
          throw new Error(`it has ${fields.length} fields where ${columns.length} belong`)
        }
        const parts = {
          id: id(fields),
          time: timeText(time(fields) ?? ''),
          model: model(fields),
          version: version(fields),
          raw: (name: string) => features.get(name)?.(fields),
        }
        return row(parts, timestampMs)
      } catch (error) {
        return badRecord(error, { ...input, paths: { ...paths, features: '' } })
      }
    }
  },
}

type Part = (fields: readonly string[]) => string | undefined

/** How each raw feature of the binning is read from the fields: its column is its path, or its own name. */
function featuresIn(
  { binning, paths, featurePaths }: DecoderInput,
  part: (column: string) => Part,
): Map<string, (fields: readonly string[]) => unknown> {
  const columnOf = (feature: string): string => {
    if (feature === scoreFeature) return paths.score
    if (feature === predictionFeature && paths.prediction !== undefined) return paths.prediction
    const own = featurePaths !== undefined && Object.hasOwn(featurePaths, feature)
    return own ? (featurePaths[feature] as string) : feature
  }
  return new Map(
    binning.features.map((column) => {
      const feature = column.from?.feature ?? column.name
      const [field, read] = [part(columnOf(feature)), textReader(column)]
      return [feature, (fields: readonly string[]) => read(field(fields))]
    }),
  )
}
