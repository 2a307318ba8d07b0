import { printDetails } from '../../details.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo, showInstant } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, style } from '../../terminal.ts'
import type { LeaseRow } from './documents.ts'
import { findLimit } from './find-limit.ts'
import { limitDetailJson } from './limit-json.ts'
import { showLimit, showUse } from './show-use.ts'

/** `weir concurrency-limit inspect NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const limit = await findLimit(client, name)
  if (json) return printJson(limitDetailJson(limit))
  printDetails(style('bold', safeLine(limit.name)), [
    ['Limit', showLimit(limit)],
    ['Taken', showUse(limit)],
    ['Waiting', String(limit.waitingCount)],
    ['Id', limit.uuid],
    ['Updated', `${showInstant(limit.updatedAt)}${limit.updatedBy ? ` by ${safeLine(limit.updatedBy)}` : ''}`],
  ])
  if (limit.holders.length > 0) printLeases('Held', limit.holders)
  if (limit.waiters.length > 0) printLeases('Waiting', limit.waiters)
}

function printLeases(title: string, leases: LeaseRow[]): void {
  print(`\n${style('bold', title)}`)
  printTable<LeaseRow>(
    [
      { title: 'HOLDER', value: (lease) => safeLine(lease.holder), shrinks: true },
      { title: 'SLOTS', value: (lease) => String(lease.slots) },
      { title: 'SINCE', value: (lease) => showAgo(lease.takenAt ?? lease.askedAt) },
      { title: 'LOST UNLESS HEARD BY', value: (lease) => showInstant(lease.deadline) },
      { title: 'LEASE', value: (lease) => lease.leaseId },
    ],
    leases,
  )
}
