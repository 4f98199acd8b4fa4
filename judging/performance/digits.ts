/** A number in a sentence. */
export const digits = (value: number): string => String(Number(value.toPrecision(4)))
export const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`
export const count = (value: number): string => value.toLocaleString('en-US')
