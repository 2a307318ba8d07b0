/** Where an error was thrown, as the author knows the place. */

/** `flows/etl.ts:31`, from the first line of the stack that is the author's own code: not Node's, not a package's. Null when there is none. */
export function placeOfError(stack: string | null | undefined): string | null {
  for (const line of stack?.split('\n') ?? []) {
    const place = /^\s*at .*?\(?((?:file:\/\/)?\/[^()]*|[A-Za-z]:\\[^()]*):(\d+):\d+\)?$/.exec(line)
    if (!place || /[\\/]node_modules[\\/]|^node:/.test(line)) continue
    const path = (place[1] as string).replace('file://', '').split(/[\\/]/)
    return `${path.slice(-2).join('/')}:${place[2]}`
  }
  return null
}
