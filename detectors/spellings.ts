/**
 * How a category is written once case, spaces, dashes, underscores, dots and accents are taken away, as it came and
 * as UTF-8 that was read as Latin-1: two categories that share one form are one word in two spellings.
 */
export const spellings = (category: string): string[] => [
  plain(category),
  plain(repaired(category)),
]

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[\s_\-.]+/gu, '')

/** Text whose UTF-8 bytes were taken for Latin-1, read again; text that is none of that stays as it is. */
function repaired(text: string): string {
  if (!/[\u0080-\u00ff]/u.test(text) || /[^\0-\u00ff]/u.test(text)) return text
  const again = Buffer.from(text, 'latin1').toString('utf8')
  return again.includes('\ufffd') ? text : again
}
