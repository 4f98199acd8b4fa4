/** Prints how much of the work is done, at most every five seconds, with the time that is left at the pace so far. */
export function progress(whole: number): (done: number, what: string) => void {
  const began = performance.now()
  let [sum, last] = [0, began]
  return (done, what) => {
    sum += done
    const now = performance.now()
    if (now - last < 5_000 && sum < whole) return
    last = now
    const share = Math.min(1, sum / whole)
    const left = ((now - began) / 1_000) * (1 / share - 1)
    console.log(
      `${(100 * share).toFixed(0).padStart(3)} %  ${timeText(left).padStart(9)} left  ${what}`,
    )
  }
}

const timeText = (seconds: number): string =>
  seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`
