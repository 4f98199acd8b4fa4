/** "12,431": whole numbers with separators that do not follow the locale of the machine. */
export const count = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')

/** Three significant digits without exponents where that is readable: 0.92, 0.0041, 1.23e-7. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : value < 0 ? '-inf' : 'none'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1000) return (value < 0 ? '-' : '') + count(size)
  if (size < 0.001) return value.toExponential(1)
  return size >= 10 ? value.toFixed(1) : size >= 0.095 ? value.toFixed(2) : value.toPrecision(2)
}

/** A p-value: never 0, since no finite sample shows that. */
export function probability(value: number | null): string {
  if (value === null) return 'none'
  if (value < 1e-99) return '<1e-99'
  return value < 0.001 ? value.toExponential(0) : value.toFixed(3)
}

/** "12.3 %" of a share between 0 and 1. */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`

/** A change with its sign: "+0.022", "-0.014". */
export const signed = (value: number, digits = 3): string =>
  `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`

/** A metric: "0.871", "-12.400", "12,431". */
export const metricValue = (value: number): string =>
  Math.abs(value) < 1000 ? value.toFixed(3) : `${value < 0 ? '-' : ''}${count(Math.abs(value))}`

/** A change of a metric with its sign. */
export const metricChange = (value: number): string =>
  `${value < 0 ? '-' : '+'}${metricValue(Math.abs(value))}`

/** "2019-03-29 18:00 UTC" of an ISO 8601 instant; the time is left out when it is midnight. */
export function instant(text: string): string {
  const iso = new Date(text).toISOString()
  const time = iso.slice(11, 16)
  return time === '00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time} UTC`
}

/** "2001-01-01 to 2001-01-08". */
export const span = ({ start, end }: { start: string; end: string }): string =>
  `${instant(start)} to ${instant(end)}`

/** The same to the day, where room is scarce. */
export const days = ({ start, end }: { start: string; end: string }): string =>
  [start, end].map((text) => new Date(text).toISOString().slice(0, 10)).join(' to ')

/** The first 12 characters of a digest, enough to tell two apart by eye. */
export const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12)
