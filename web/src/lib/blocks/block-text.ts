/** Blocks as people read them. */

/** Letters of a block's data on one line of the list. */
const LONGEST = 200

/** What stands for a secret. */
export const HIDDEN = '********'

/** `host db.internal · password ********`, on one line. */
export function shortData(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  const text = Object.entries(data)
    .map(([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** How a flow reads it. */
export const codeFor = (type: string, name: string): string =>
  type === 'secret' ? `await secrets.get('${name}')` : `await blocks.load('${type}/${name}')`
