/** Text that others wrote (log lines, messages, names) as a terminal may show it: without the control characters that move cursors or set titles. */
export const safeText = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** The same on one line. */
export const safeLine = (text: string): string => safeText(text).replace(/\s*\n\s*/g, ' ⏎ ')
