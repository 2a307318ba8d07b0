/** One question at a time: calls while one is under way are answered by one more after it. For what is read anew each time a stream rings. */

/** `read` must not throw. The answer resolves when nothing is under way any more. */
export function oneAtATime(read: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  const run = async () => {
    do {
      again = false
      await read()
    } while (again)
    running = null
  }
  return () => {
    again = running !== null
    running ??= run()
    return running
  }
}
