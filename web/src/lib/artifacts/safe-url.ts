/**
 * The address if a browser may follow it from our page: http, https, mailto, or a picture inside a data URL. Null for everything else, `javascript:` above
 * all.
 */
export function safeUrl(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol } = new URL(text)
  if (protocol === 'http:' || protocol === 'https:' || protocol === 'mailto:') return text
  return /^data:image\/(png|jpeg|gif|webp);base64,/.test(text) ? text : null
}
