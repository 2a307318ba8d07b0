/** Where a value stands in a text of JSON, so that what is wrong with it can be shown there. */

/** From and to, in characters; null when the path leads nowhere. The text is JSON already. */
export function placeInJson(text: string, path: readonly string[]): [from: number, to: number] | null {
  let at = 0
  let found: [number, number] | null = null

  const skipSpace = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const readString = (): string => {
    const from = at++
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return JSON.parse(text.slice(from, ++at)) as string
  }
  /** The value at `at`; `rest` is what is left of the path when this value lies on it, null when it does not. */
  const readValue = (rest: readonly string[] | null): void => {
    skipSpace()
    const from = at
    const inside = (key: string) => (rest !== null && rest.length > 0 && rest[0] === key ? rest.slice(1) : null)
    const opening = text[at]
    if (opening === '{' || opening === '[') {
      at++
      for (let index = 0; ; index++) {
        skipSpace()
        if (text[at] === '}' || text[at] === ']') break
        if (text[at] === ',') {
          at++
          skipSpace()
        }
        if (opening === '{') {
          const key = readString()
          skipSpace()
          at++
          readValue(inside(key))
        } else readValue(inside(String(index)))
        skipSpace()
        if (text[at] !== ',') break
      }
      at++
    } else if (opening === '"') readString()
    else while (at < text.length && !/[\s,\]}]/.test(text[at] as string)) at++
    if (rest?.length === 0) found = [from, at]
  }

  readValue(path)
  return found
}

/** The place of what is nearest to a path: of the value itself, or of the one around it where it is missing. */
export function nearestInJson(text: string, path: readonly string[]): [from: number, to: number] {
  for (let length = path.length; length > 0; length--) {
    const place = placeInJson(text, path.slice(0, length))
    if (place) return place
  }
  return [0, 0]
}

/** The line of a place, from 1. */
export const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length
