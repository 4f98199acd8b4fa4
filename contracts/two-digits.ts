/** A number in the two digits that a sentence needs. */
export const twoDigits = (x: number): string => String(Number(x.toPrecision(2)))
