/** A record that answers POST /concurrency by the rules of core/concurrency.ts, and knows the most that was ever held. It can be taken away and brought back. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeBlocked, judgeSlots, type LimitFacts, spentAfter } from '../../../core/concurrency.ts'
import type { ConcurrencyAnswer, ConcurrencyRequest, QueueAnswer, SlotsAnswer, SlotsAsked } from '../../../core/protocol/concurrency.ts'
import { readConcurrencyRequest } from '../../../core/protocol/read-concurrency-request.ts'

interface Limit {
  max: number
  decay: number | null
  spent: number
  at: number
}

export async function startSlotsServer(limits: Record<string, { max: number; decay?: number }>, { life = 60_000, tellsQueues = true } = {}) {
  const known = new Map<string, Limit>(
    Object.entries(limits).map(([name, { max, decay = null }]) => [name, { max, decay, spent: 0, at: Date.now() }]),
  )
  /** In the order of asking. */
  const leases = new Map<string, SlotsAsked & { isHeld: boolean }>()
  const requests: ConcurrencyRequest[] = []
  const record = {
    url: '',
    requests,
    leases,
    limits: known,
    /** Answers of the next requests, instead of taking them. */
    refusing: null as { status: number; code: string } | null,
    held: (name: string): number => sum(name, ({ isHeld }) => isHeld),
    /** Most slots of a limit that were held at any time. */
    most: {} as Record<string, number>,
    /** Forgets a lease, as a person may. */
    revoke: (id: string) => leases.delete(id),
    async open() {
      server = createServer((request, response) => {
        let text = ''
        request.on('data', (chunk) => {
          text += chunk
        })
        request.on('end', () => {
          const asked = readConcurrencyRequest(JSON.parse(text))
          requests.push(asked)
          if (record.refusing) {
            const { status, code } = record.refusing
            return response.writeHead(status).end(JSON.stringify({ error: { code, message: 'no', requestId: 'r' } }))
          }
          response.end(JSON.stringify(answer(asked)))
        })
      })
      await new Promise<void>((resolve) => server?.listen(Number(new URL(record.url || 'http://h:0').port), '127.0.0.1', resolve))
      record.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async close() {
      server?.closeAllConnections()
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    },
    [Symbol.asyncDispose]: () => record.close(),
  }
  let server: Server | null = null
  const sum = (name: string, where: (lease: SlotsAsked & { isHeld: boolean }) => boolean): number =>
    [...leases.values()].filter((lease) => lease.names.includes(name) && where(lease)).reduce((total, { slots }) => total + slots, 0)

  function answer({ release, renew, acquire, users = [] }: ConcurrencyRequest): ConcurrencyAnswer {
    for (const id of release) leases.delete(id)
    const gone = renew.filter((id) => !leases.get(id)?.isHeld)
    const acquired = acquire.map(acquireOne)
    for (const { id, taskRunId, holder } of users) if (leases.has(id)) Object.assign(leases.get(id) as SlotsAsked, { taskRunId, holder })
    return { gone, life, acquired, ...(tellsQueues ? { queues: queuesOf(new Set(acquire.flatMap(({ names }) => names))) } : {}) }
  }

  function queuesOf(names: Set<string>): QueueAnswer[] {
    const limited = [...known].filter(([name, { decay }]) => decay === null && names.has(name))
    return limited.map(([name, { max }]) => {
      const waiting = [...leases.values()].filter((lease) => lease.names.includes(name) && !lease.isHeld).length
      return { name, waiting, isOver: record.held(name) > max }
    })
  }

  function acquireOne(asked: SlotsAsked): SlotsAnswer {
    const { id, slots, mode } = asked
    const names = asked.names.filter((name) => known.has(name))
    const order = [...leases.keys()]
    const mine = leases.has(id) ? order.indexOf(id) : order.length
    const facts = names.map((name): LimitFacts => {
      const { max, decay, spent, at } = known.get(name) as Limit
      const ahead = sum(name, (lease) => !lease.isHeld && order.indexOf(lease.id) < mine)
      const used = decay === null ? sum(name, ({ isHeld }) => isHeld) : spentAfter(spent, decay, Date.now() - at)
      return { name, max, used, ahead, decay, holdMs: 20 }
    })
    const verdict = judgeSlots(facts, slots, mode)
    if (verdict.kind === 'refuse') {
      const code = verdict.problem.code === 'too-many' ? 'SLOTS_ABOVE_LIMIT' : 'NO_DECAY'
      return { id, outcome: 'refused', code, message: `${verdict.problem.name}: ${code}`, hint: '' }
    }
    if (verdict.kind === 'wait') {
      if (!leases.has(id)) leases.set(id, { ...asked, isHeld: false })
      return { id, outcome: 'wait', retryAfter: 20, message: describeBlocked(verdict.blocked) }
    }
    leases.delete(id)
    for (const { name, decay, used } of facts) if (decay !== null) Object.assign(known.get(name) as Limit, { spent: used + slots, at: Date.now() })
    const isHeld = facts.some(({ decay }) => decay === null)
    if (isHeld) leases.set(id, { ...asked, isHeld })
    for (const name of names) record.most[name] = Math.max(record.most[name] ?? 0, record.held(name))
    return { id, outcome: 'granted', held: isHeld, names }
  }

  await record.open()
  return record
}
