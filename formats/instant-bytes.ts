const dayMs = 86_400_000
/** Days from the year 1 to 1970. */
const before1970 = 719_162
/** Days before each month of a year without a leap day. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const

/**
 * Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.mmmZ` or `YYYY-MM-DDTHH:MM:SSZ`, years 1970 to 9999, days to the
 * 28th or what the month has; NaN for everything else, which may well be a time: `Date.parse` knows.
 */
export function utcMilliseconds(bytes: Uint8Array, from: number, end: number): number {
  const length = end - from
  if ((length !== 24 && length !== 20) || bytes[end - 1] !== 0x5a) return Number.NaN
  if (bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d || bytes[from + 10] !== 0x54) {
    return Number.NaN
  }
  if (bytes[from + 13] !== 0x3a || bytes[from + 16] !== 0x3a) return Number.NaN
  const century = pair(bytes, from)
  const year = century * 100 + pair(bytes, from + 2)
  const month = pair(bytes, from + 5)
  const day = pair(bytes, from + 8)
  const hour = pair(bytes, from + 11)
  const minute = pair(bytes, from + 14)
  const second = pair(bytes, from + 17)
  let fraction = 0
  if (length === 24) {
    if (bytes[from + 19] !== 0x2e) return Number.NaN
    const last = (bytes[from + 22] as number) - 0x30
    if (last < 0 || last > 9) return Number.NaN
    fraction = pair(bytes, from + 20) * 10 + last
  }
  // NaN fails every one of these too.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && fraction >= 0)) return Number.NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const before = daysBefore[month - 1] as number
  const longest =
    month === 12 ? 31 : (daysBefore[month] as number) - before + (leap && month === 2 ? 1 : 0)
  if (!(day <= longest)) return Number.NaN
  const past = year - 1
  const years = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
  const days = years - before1970 + before + (leap && month > 2 ? 1 : 0) + day - 1
  return days * dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction
}

/** Two digits; NaN where they are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 0x30
  const units = (bytes[at + 1] as number) - 0x30
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN
}
