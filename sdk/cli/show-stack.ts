import { safeText } from './safe-text.ts'

/** Frames of Node and of this package, wherever they ran: whoever reads an error looks for a line of their own. */
const NOT_THEIRS = /\(?(node:|.*\/(weirflow|sdk)\/dist\/)/

/** A stack for people: without frames that are not the author's, unless WEIR_DEBUG is set or nothing else is left. */
export function showStack(stack: string): string {
  const lines = stack.split('\n')
  const theirs = lines.filter((line) => !/^\s+at /.test(line) || !NOT_THEIRS.test(line.replace(/^\s+at (async )?/, '').replace(/^.*? \(/, '(')))
  const hasFrames = theirs.some((line) => /^\s+at /.test(line))
  return safeText(process.env['WEIR_DEBUG'] || !hasFrames ? stack : theirs.join('\n'))
}
