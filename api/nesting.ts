/**
 * How deep the brackets of a GraphQL text are nested, texts and comments aside. The parser calls itself for every level, so a bottomless text has to be
 * seen before it is parsed.
 */
export function nestingOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"""(?:\\"""|[\s\S])*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#[^\n\r]*|[{[(]|[}\])]/g)) {
    if (token === '{' || token === '[' || token === '(') deepest = Math.max(deepest, ++depth)
    else if (token === '}' || token === ']' || token === ')') depth--
  }
  return deepest
}
