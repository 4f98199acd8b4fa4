/**
 * Whether two categories are one word in two spellings: they differ by case, by spaces, dashes and underscores, by
 * accents, or because UTF-8 was read as Latin-1.
 */
export function sameSpelling(left: string, right: string): boolean {
  if (left === right) return false
  const forms = [plain(left), plain(repaired(left))]
  return forms.includes(plain(right)) || forms.includes(plain(repaired(right)))
}

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
