import { type ShuffledP, shuffledTransportP } from '../statistics/shuffled-transport.ts'
import type { ValueCells } from '../statistics/transport.ts'

/** The p-value of a distance of values under shuffled rows, drawn when it is first asked for. */
export function shuffled(cells: ValueCells, power: 1 | 2): () => ShuffledP {
  let drawn: ShuffledP | undefined
  return () => {
    drawn ??= shuffledTransportP(cells, power)
    return drawn
  }
}
