/** Letters that are looked at: whoever types more did not mistype a name. */
const LONGEST = 200

/** The name that was probably meant: at most a third of its letters away, letter swaps counting once. Null when none is near. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  if (wanted.length > LONGEST) return null
  let best: { name: string; distance: number } | null = null
  for (const name of names) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (distance <= Math.max(1, Math.floor(name.length / 3)) && (!best || distance < best.distance)) best = { name, distance }
  }
  return best?.name ?? names.find((name) => wanted.length >= 3 && name.startsWith(wanted)) ?? null
}

function editDistance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, row) => [row, ...new Array<number>(to.length).fill(0)])
  for (let column = 0; column <= to.length; column++) (rows[0] as number[])[column] = column
  const at = (row: number, column: number) => rows[row]?.[column] as number
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1
      let distance = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + change)
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        distance = Math.min(distance, at(row - 2, column - 2) + 1)
      ;(rows[row] as number[])[column] = distance
    }
  }
  return at(from.length, to.length)
}
