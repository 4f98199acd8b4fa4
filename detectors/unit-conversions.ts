/** A change of units that upstream may have made: `undo` gives the old value back. */
export interface UnitConversion {
  readonly kind: 'factor' | 'affine'
  /** Completes "every value of x is now ...". */
  readonly sentence: string
  readonly undo: (x: number) => number
}

const factor = (by: number, sentence: string): UnitConversion[] => [
  { kind: 'factor', sentence: `${by} times as large (${sentence})`, undo: (x) => x / by },
  {
    kind: 'factor',
    sentence: `${by} times smaller (${sentence}, the other way)`,
    undo: (x) => x * by,
  },
]

/**
 * Conversions between units in use. Only known ones count: any factor at all would explain away a real doubling,
 * any shift at all a real warming. Exact by definition (International System of Units, international yard and
 * pound agreement 1959).
 */
export const unitConversions: readonly UnitConversion[] = [
  ...factor(10, 'tenths, such as centimetres to millimetres'),
  ...factor(100, 'hundredths, such as euros to cents'),
  ...factor(1_000, 'thousandths, such as seconds to milliseconds'),
  ...factor(10_000, 'ten-thousandths, such as percent to basis points of a share'),
  ...factor(1_000_000, 'millionths, such as seconds to microseconds'),
  ...factor(1_000_000_000, 'billionths, such as seconds to nanoseconds'),
  ...factor(60, 'minutes to seconds'),
  ...factor(3_600, 'hours to seconds'),
  ...factor(24, 'days to hours'),
  ...factor(2.54, 'inches to centimetres'),
  ...factor(0.3048, 'feet to metres'),
  ...factor(1.609344, 'miles to kilometres'),
  ...factor(0.45359237, 'pounds to kilograms'),
  {
    kind: 'affine',
    sentence: 'in degrees Fahrenheit instead of Celsius',
    undo: (x) => (x - 32) / 1.8,
  },
  {
    kind: 'affine',
    sentence: 'in degrees Celsius instead of Fahrenheit',
    undo: (x) => x * 1.8 + 32,
  },
  { kind: 'affine', sentence: 'in kelvin instead of degrees Celsius', undo: (x) => x - 273.15 },
  { kind: 'affine', sentence: 'in degrees Celsius instead of kelvin', undo: (x) => x + 273.15 },
]
