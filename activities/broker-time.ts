/** Clocks that are further apart than this are told. */
export const clockSlackMs = 60_000

const latest = Date.UTC(2500, 0, 1)

/** The broker's time of a record as tables can hold it: 1970 where the log keeps none or an absurd one. */
export function brokerTime(ms: number): Date {
  return new Date(ms >= 0 && ms < latest ? ms : 0)
}
