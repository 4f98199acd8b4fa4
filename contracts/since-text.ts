import type { Since } from './report.ts'

/**
 * "since about Tue 2 Apr 10:00 UTC", and behind it what cannot be excluded: "(09:00 to 12:00)". Days alone where
 * every bucket begins at midnight; what lies in another year than `at` says so.
 */
export function sinceText({ at, from, to, earlier }: Since): string {
  const [place, first, last] = [at, from, to].map((text) => new Date(text)) as [Date, Date, Date]
  const dates = [place, first, last]
  const daily = dates.every((date) => date.getTime() % dayMs === 0)
  const sameDay = dates.every((date) => dayOf(date) === dayOf(place))
  const short = (date: Date) =>
    daily ? dayOf(date, place) : sameDay ? timeOf(date) : `${dayOf(date, place)} ${timeOf(date)}`
  const about = `since about ${dayOf(place)}${daily ? '' : ` ${timeOf(place)} UTC`}`
  if (earlier) return to === at ? `${about} or earlier` : `${about} (${short(last)} or earlier)`
  return from === to ? about : `${about} (${short(first)} to ${short(last)})`
}

const dayMs = 86_400_000
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** "Tue 2 Apr 2019"; without the year where it is that of `beside`. */
function dayOf(date: Date, beside?: Date): string {
  const day = `${weekdays[date.getUTCDay()]} ${date.getUTCDate()} ${months[date.getUTCMonth()]}`
  const year = date.getUTCFullYear()
  return year === beside?.getUTCFullYear() ? day : `${day} ${year}`
}

const timeOf = (date: Date): string => date.toISOString().slice(11, 16)
