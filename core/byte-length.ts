/** How long a text is on the wire. */

/** Bytes of well-formed text in UTF-8. */
export function byteLength(wellFormed: string): number {
  let bytes = 0
  for (let index = 0; index < wellFormed.length; index++) {
    const unit = wellFormed.charCodeAt(index)
    // Each half of a surrogate pair counts 2 of the pair's 4 bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3
  }
  return bytes
}
