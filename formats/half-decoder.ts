import { isAnswer, type PackedResult, type PredictionRow } from '../contracts/prediction.ts'
import type { DecoderInput, Format, RawRecord } from './format.ts'

/**
 * The decoder of a format for a reading. Of pairs, where the format itself does not say which half a record is, one
 * with a score or a class is a response, any other a request.
 */
export function decoderOf(
  format: Format,
  input: DecoderInput,
): (record: RawRecord) => PackedResult {
  if (input.kind !== 'pair') return (format.packedDecoder ?? format.decoder)(input)
  const decode = format.decoder(input)
  const answers = input.binning.features.flatMap(({ name, from }, index) =>
    isAnswer(from?.feature ?? name) ? [index] : [],
  )
  const isResponse = ({ values }: PredictionRow) =>
    answers.some((index) => values[index] !== undefined && values[index] !== null)
  return (record) => {
    const result = decode(record)
    if (result.kind !== 'row' || result.half !== undefined) return result
    return { ...result, half: isResponse(result.row) ? 'response' : 'request' }
  }
}
