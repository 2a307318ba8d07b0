/**
 * What a run has to say while nobody listens, on disk: one file a run and epoch, one JSON line a batch, readable by its owner alone (it holds the run's token).
 *
 * 1. A batch is written whole, under its number, before it leaves memory.
 * 2. The file belongs to the process that made it; whoever finds it when that process is gone delivers it (`deliver-spools.ts`).
 * 3. It is removed once everything in it is acknowledged.
 */
import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunCreation } from '../../../core/protocol/reports.ts'
import type { NumberedFacts } from '../../../core/reporter.ts'
import { makeFolder } from '../make-folder.ts'

/** First line of a spool. */
interface SpoolHeader {
  spool: 1
  flowRunId: string
  epoch: number
  /** The record's state of the run, as last told. */
  stateId: string
  runToken: string
  /** For a run that the record does not know yet: it goes with report 1. */
  creation?: RunCreation
  apiUrl: string
  owner: ProcessMark
}

/** A process, told apart from a later one with the same number where the system allows it. */
interface ProcessMark {
  pid: number
  startedAt: string | null
}

interface SpooledBatch {
  n: number
  bytes: number
}

/** A spool being written by the run itself. */
export class Spool {
  readonly path: string
  readonly #header: () => SpoolHeader
  #file: number | null = null
  #length = 0
  readonly #places = new Map<number, { offset: number; length: number }>()
  /** What a full disk did not take. */
  readonly #unwritten = new Map<number, NumberedFacts>()

  /** Nothing is made until the first batch. `header` is asked then. */
  constructor(folder: string, flowRunId: string, epoch: number, header: () => SpoolHeader) {
    this.path = join(folder, `${flowRunId}.${epoch}.spool`)
    this.#header = header
  }

  /** Appends batches and makes sure that they are on disk. Throws when the disk does not take them; then they are kept in memory and tried again. */
  write(batches: readonly NumberedFacts[]): void {
    for (const batch of batches) if (!this.#places.has(batch.n)) this.#unwritten.set(batch.n, batch)
    if (this.#unwritten.size === 0) return
    const file = this.#open()
    for (const [n, batch] of this.#unwritten) {
      this.#places.set(n, this.#append(file, JSON.stringify(batch)))
      this.#unwritten.delete(n)
    }
    fsyncSync(file)
  }

  read(n: number): NumberedFacts {
    const unwritten = this.#unwritten.get(n)
    if (unwritten) return unwritten
    const place = this.#places.get(n)
    if (!place || this.#file === null) throw new Error(`batch ${n} is not in the spool ${this.path}`)
    return JSON.parse(readPlace(this.#file, place)) as NumberedFacts
  }

  /** Everything in it has been stored. */
  remove(): void {
    if (this.#file === null) return
    closeSync(this.#file)
    this.#file = null
    this.#length = 0
    this.#places.clear()
    this.#unwritten.clear()
    rmSync(this.path, { force: true })
  }

  /** Leaves the file to whoever finds it. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }

  #open(): number {
    if (this.#file !== null) return this.#file
    makeFolder(dirname(this.path), { mode: 0o700 })
    this.#file = openSync(this.path, 'w+', 0o600)
    fchmodSync(this.#file, 0o600)
    this.#append(this.#file, JSON.stringify(this.#header()))
    return this.#file
  }

  #append(file: number, line: string): { offset: number; length: number } {
    const bytes = Buffer.from(`${line}\n`)
    let written = 0
    while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written, this.#length + written)
    const place = { offset: this.#length, length: bytes.length - 1 }
    this.#length += bytes.length
    return place
  }
}

/** A spool that somebody else left. */
export interface LeftSpool {
  path: string
  header: SpoolHeader
  batches: SpooledBatch[]
  read(n: number): NumberedFacts
  close(): void
}

/** Opens a left spool; null when it is no spool that can be read. A last line that was cut off by a crash is passed over: it was never promised. */
export function openLeftSpool(path: string): LeftSpool | null {
  let file: number
  try {
    if (!statSync(path).isFile()) return null
    file = openSync(path, 'r')
  } catch {
    return null
  }
  const places = new Map<number, { offset: number; length: number }>()
  const header = readLines(file, places)
  if (!header) {
    closeSync(file)
    return null
  }
  return {
    path,
    header,
    batches: [...places].map(([n, { length }]) => ({ n, bytes: length })).sort((a, b) => a.n - b.n),
    read(n) {
      const place = places.get(n)
      if (!place) throw new Error(`batch ${n} is not in the spool ${path}`)
      return JSON.parse(readPlace(file, place)) as NumberedFacts
    },
    close: () => closeSync(file),
  }
}

const CHUNK = 1024 * 1024

/** Reads line by line, so that a spool of hundreds of MiB is never in memory. */
function readLines(file: number, places: Map<number, { offset: number; length: number }>): SpoolHeader | null {
  const { size } = fstatSync(file)
  let header: SpoolHeader | null = null
  let start = 0
  let rest = Buffer.alloc(0)
  const buffer = Buffer.alloc(CHUNK)
  for (let at = 0; at < size; ) {
    const read = readSync(file, buffer, 0, CHUNK, at)
    if (read === 0) break
    at += read
    let block = Buffer.concat([rest, buffer.subarray(0, read)])
    for (let end = block.indexOf(10); end >= 0; end = block.indexOf(10)) {
      const line = block.subarray(0, end)
      if (header === null) {
        header = parseHeader(line.toString())
        if (!header) return null
      } else {
        const n = /^\{"n":(\d+),/.exec(line.subarray(0, 32).toString('latin1'))?.[1]
        if (n !== undefined) places.set(Number(n), { offset: start, length: end })
      }
      start += end + 1
      block = block.subarray(end + 1)
    }
    rest = Buffer.from(block)
  }
  return header
}

function parseHeader(line: string): SpoolHeader | null {
  try {
    const header = JSON.parse(line) as Partial<SpoolHeader>
    const isHeader =
      header.spool === 1 && typeof header.flowRunId === 'string' && typeof header.epoch === 'number' && typeof header.apiUrl === 'string'
    return isHeader ? (header as SpoolHeader) : null
  } catch {
    return null
  }
}

function readPlace(file: number, { offset, length }: { offset: number; length: number }): string {
  const buffer = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const more = readSync(file, buffer, read, length - read, offset + read)
    if (more === 0) break
    read += more
  }
  return buffer.toString()
}

/** Reads when the process started, where the system tells. */
export const markOf = (pid: number): ProcessMark => ({ pid, startedAt: startOf(pid) })

/** Whether the process that made the mark still runs. */
export function isAlive({ pid, startedAt }: ProcessMark): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = startOf(pid)
  return startedAt === null || now === null || now === startedAt
}

/** Linux: ticks from boot to the start of the process. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
