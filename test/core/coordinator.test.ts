import { beforeEach, expect, test } from 'vitest'
import { Coordinator } from '../../core/coordinator.ts'
import type { HeldByRecord, OpenedSession, PoolCommand } from '../../core/pool-commands.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Hello } from '../../core/protocol/worker-messages.ts'
import { TIMINGS } from '../../core/timings.ts'
import type { ClaimSight } from '../../core/waiting-runs.ts'
import { NOW } from './facts.ts'

let pool: Coordinator
beforeEach(() => {
  pool = new Coordinator(TIMINGS)
})

const helloOf = (init: Partial<Hello> = {}, name = 'worker'): Hello => ({
  type: 'hello',
  protocol: { newest: 1, oldest: 1 },
  sessionId: 'session',
  worker: { name, version: '1', type: 'process', labels: {}, hostname: 'host', pid: 1 },
  queues: [],
  slots: 2,
  holding: [],
  sentAt: NOW - 5,
  ...init,
})
const openedOf = (init: Partial<OpenedSession> = {}): OpenedSession => ({
  workerId: 'worker-id',
  workPool: { id: 'pool', name: 'pool', type: 'process', isPaused: false },
  queueIds: [],
  held: [],
  heldBefore: [],
  serverTime: NOW,
  ...init,
})
/** A worker with two slots says hello on a socket. */
function open({
  socket = 'socket',
  hello = {},
  opened = {},
  name = 'worker',
}: {
  socket?: string
  hello?: Partial<Hello>
  opened?: Partial<OpenedSession>
  name?: string
} = {}) {
  pool.hello(socket, helloOf(hello, name), NOW)
  return pool.opened(socket, openedOf(opened), NOW)
}
const assignmentOf = (flowRunId: string) => ({ flowRunId, epoch: 1 }) as Assignment
const run = (flowRunId: string, stateType: HeldByRecord['stateType'] = 'RUNNING'): HeldByRecord => ({ flowRunId, epoch: 1, stateType })
const key = (flowRunId: string) => ({ flowRunId, epoch: 1 })
const dos = (commands: PoolCommand[]) => commands.map((command) => (command.do === 'send' ? command.message.type : command.do))
const find = <D extends PoolCommand['do']>(commands: PoolCommand[], what: D) =>
  commands.find((command): command is Extract<PoolCommand, { do: D }> => command.do === what)
const free = () => pool.rooms()[0]?.free

// ---- hello ----

test('a worker is welcomed with its fence, and whatever waits is claimed for it', () => {
  const commands = open()
  expect(dos(commands)).toEqual(['welcome', 'renewed', 'claim'])
  expect(find(commands, 'send')?.message).toMatchObject({ type: 'welcome', fence: TIMINGS.fence, answers: NOW - 5, serverTime: NOW })
})

test('a worker of an unknown protocol is told which side to update', () => {
  const commands = pool.hello('socket', helloOf({ protocol: { newest: 9, oldest: 8 } }), NOW)
  expect(find(commands, 'send')?.message).toMatchObject({ type: 'goodbye', code: 'unsupported_protocol', retry: false })
  expect(find(commands, 'close')).toMatchObject({ code: 4426 })
})

test('a second worker of the same name waits until the first is silent', () => {
  open()
  expect(find(pool.hello('other', helloOf({ sessionId: 'new' }), NOW), 'send')?.message).toMatchObject({ code: 'name_taken', retry: true })
  expect(dos(pool.hello('other', helloOf({ sessionId: 'new' }), NOW + TIMINGS.workerOnline))).toEqual(['open-session'])
})

test('a socket that a ping has kept alive keeps its name', () => {
  open()
  pool.pinged('socket', NOW + TIMINGS.workerOnline)
  expect(dos(pool.hello('other', helloOf({ sessionId: 'new' }), NOW + TIMINGS.workerOnline))).toEqual(['goodbye', 'close'])
})

test('the same session on a new socket takes the place of the old one', () => {
  open()
  const commands = open({ socket: 'second' })
  expect(commands[0]).toMatchObject({ do: 'send', socket: 'socket', message: { code: 'superseded', retry: true } })
  expect(pool.socketOf('session')).toBe('second')
})

test('a new life of a worker is witness of the death of the old one', () => {
  const commands = open({ opened: { heldBefore: [{ sessionId: 'old', runs: [key('a')] }] } })
  expect(find(commands, 'lose')).toEqual({ do: 'lose', sessionId: 'old', runs: [key('a')], loss: 'witnessed' })
})

test('a record that does not answer sends the worker away for a moment, a refusal for good', () => {
  pool.hello('socket', helloOf(), NOW)
  expect(find(pool.refused('socket', 'internal', ''), 'send')?.message).toMatchObject({ retry: true })
  pool.hello('socket', helloOf(), NOW)
  expect(find(pool.refused('socket', 'pool_deleted', ''), 'send')?.message).toMatchObject({ retry: false })
  expect(pool.isOpening('socket')).toBe(false)
})

// ---- who holds what ----

test('a hello names what has not arrived: it is sent again', () => {
  const commands = open({ opened: { held: [run('a', 'PENDING'), run('b')] }, hello: { holding: [key('b')] } })
  expect(find(commands, 'assign-again')).toMatchObject({ sessionId: 'session', runs: [key('a')] })
  expect(find(commands, 'lose')).toBeUndefined()
})

test('a run that the record does not give the worker is named as lost', () => {
  const commands = open({ hello: { holding: [key('stranger')] } })
  expect(commands.flatMap((command) => (command.do === 'send' && command.message.type === 'renewed' ? command.message.lost : []))).toEqual([
    key('stranger'),
  ])
})

test('a running run that its worker does not name is let go after a while, a cancelled one at once', () => {
  const commands = open({ opened: { held: [run('a'), run('c', 'CANCELLING')] } })
  expect(find(commands, 'lose')).toMatchObject({ runs: [key('c')], loss: 'not-held' })
  const renewAt = (now: number) => {
    pool.renew('socket', { type: 'renew', sentAt: now, holding: [] }, now)
    return pool.renewed([], now, new Map([['session', [run('a')]]]), now)
  }
  expect(find(renewAt(NOW + TIMINGS.exitWithoutState - 1), 'lose')).toBeUndefined()
  expect(find(renewAt(NOW + TIMINGS.exitWithoutState), 'lose')).toMatchObject({ runs: [key('a')], loss: 'not-held' })
})

test('what was pushed a moment ago is not sent again: it may be on its way', () => {
  open()
  pool.assign('session', [assignmentOf('a')], NOW)
  pool.renew('socket', { type: 'renew', sentAt: NOW, holding: [] }, NOW)
  expect(dos(pool.renewed([], NOW, new Map([['session', [run('a', 'PENDING')]]]), NOW))).toEqual(['renewed'])
})

test('a run that was lost and may go on is asked to speak, one that is held is not', () => {
  open()
  pool.renew('socket', { type: 'renew', sentAt: NOW, holding: [key('lost'), key('held')] }, NOW)
  const commands = pool.renewed([], NOW, new Map([['session', [run('lost', 'CRASHED'), run('held')]]]), NOW)
  expect(find(commands, 'send')?.message).toMatchObject({ type: 'renewed', lost: [], speak: [key('lost')] })
})

test('a run that is to be cancelled is told so with each renewal that names it: what was said at once may be lost, and a run that waits asks nothing', () => {
  open()
  pool.renew('socket', { type: 'renew', sentAt: NOW, holding: [key('stops'), key('held')] }, NOW)
  const commands = pool.renewed([], NOW, new Map([['session', [run('stops', 'CANCELLING'), run('held')]]]), NOW)
  const sent = commands.filter((command) => command.do === 'send').map(({ message }) => message)
  expect(sent).toEqual([expect.objectContaining({ type: 'renewed', lost: [] }), { type: 'direct', ...key('stops'), directive: { kind: 'cancel' } }])
  expect(commands).toHaveLength(2)
})

test('renewals of all sessions are written together, and not more often than they need be', () => {
  open()
  open({ socket: 'socket-2', hello: { sessionId: 'session-2' }, name: 'worker-2' })
  const renew = (socket: string, now: number) => pool.renew(socket, { type: 'renew', sentAt: now, holding: [] }, now)
  const contacts = ['session', 'session-2'].map((sessionId) => ({ sessionId, heardAt: NOW }))
  expect(renew('socket', NOW)).toEqual([{ do: 'renew', contacts }])
  pool.renewed(contacts, NOW, new Map([['session', []]]), NOW)
  expect(pool.holding('session')).toEqual([])
  expect(renew('socket-2', NOW + 10)).toEqual([])
  expect(pool.nextAlarm(NOW + 10)).toBeLessThanOrEqual(NOW + TIMINGS.renewalWrite)
  const commands = pool.tick(NOW + TIMINGS.renewalWrite)
  expect(find(commands, 'renew')?.contacts).toEqual([{ sessionId: 'session-2', heardAt: NOW + 10 }])
})

test('contact that the record did not take is owed, soon written again, and until then silence proves nothing', () => {
  open()
  pool.tick(NOW - TIMINGS.renewalWrite / 2)
  pool.judged({ count: 1, silentIn: null }, [], NOW)
  const [command] = pool.renew('socket', { type: 'renew', sentAt: NOW, holding: [] }, NOW)
  const contacts = [{ sessionId: 'session', heardAt: NOW }]
  expect(command).toEqual({ do: 'renew', contacts })
  expect(pool.knowsSilence).toBe(false)
  pool.renewalFailed(NOW + 100)
  pool.closed('socket')
  expect(pool.nextAlarm(NOW + 100)).toBe(NOW + 100 + TIMINGS.renewalAgain)
  expect(find(pool.tick(NOW + 100 + TIMINGS.renewalAgain), 'renew')).toEqual({ do: 'renew', contacts })
  pool.renewed(contacts, NOW, new Map(), NOW)
  expect(pool.knowsSilence).toBe(true)
})

test('what is heard while a renewal is on its way is owed afterwards', () => {
  open()
  pool.renew('socket', { type: 'renew', sentAt: NOW, holding: [] }, NOW)
  pool.acknowledge('socket', { type: 'acknowledge', runs: [] }, NOW + 6_000)
  pool.closed('socket')
  pool.renewed([{ sessionId: 'session', heardAt: NOW }], NOW, new Map(), NOW + 6_001)
  expect(pool.knowsSilence).toBe(false)
  const { contacts } = find(pool.tick(NOW + TIMINGS.renewalWrite), 'renew') ?? {}
  expect(contacts).toEqual([{ sessionId: 'session', heardAt: NOW + 6_000 }])
})

// ---- room ----

test('room is what a worker spoke of, less what is pushed, reserved or forgotten', () => {
  open()
  expect(free()).toBe(2)
  expect(pool.reserve('queue')).toEqual({ sessionId: 'session', socket: 'socket' })
  expect(free()).toBe(1)
  pool.assign('session', [assignmentOf('a')], NOW)
  pool.release('session')
  expect(free()).toBe(1)
  pool.acknowledge('socket', { type: 'acknowledge', runs: [key('a')] }, NOW)
  expect(free()).toBe(1)
  pool.room('socket', { type: 'room', free: 1, draining: false }, NOW)
  expect(free()).toBe(1)
})

test('nobody has room for a queue that nobody serves, or while draining', () => {
  open({ opened: { queueIds: ['queue'] } })
  expect(pool.reserve('other')).toBeUndefined()
  expect(pool.room('socket', { type: 'room', free: 2, draining: true }, NOW)).toEqual([{ do: 'note-draining', sessionId: 'session' }])
  expect(pool.reserve('queue')).toBeUndefined()
  expect(pool.room('socket', { type: 'room', free: 2, draining: true }, NOW)).toEqual([])
})

test('who is to leave is told, and gets nothing more whatever it said on its way', () => {
  open()
  expect(pool.drain('session')).toEqual([{ do: 'send', socket: 'socket', message: { type: 'drain' } }])
  expect(pool.drain('unknown')).toEqual([])
  expect(pool.room('socket', { type: 'room', free: 2, draining: false }, NOW)).toEqual([])
  expect(pool.hasRoom).toBe(false)
  expect(pool.attachment('socket')).toMatchObject({ draining: true })
})

test('a session that drains is told so after each hello, if it would understand', () => {
  const told = (commands: readonly PoolCommand[]) => commands.filter((command) => command.do === 'send').map(({ message }) => message.type)
  expect(told(open({ hello: { understands: ['drain'] }, opened: { draining: true } }))).toEqual(['welcome', 'drain', 'renewed'])
  expect(pool.hasRoom).toBe(false)
  expect(told(open({ opened: { draining: true } }))).toEqual(['welcome', 'renewed'])
  expect(told(open({ hello: { understands: ['drain'] } }))).toEqual(['welcome', 'renewed'])
})

test('after hibernation, what was taken counts as taken until the worker speaks', () => {
  open()
  pool.reserve('queue')
  const attachment = pool.attachment('socket')
  const woken = new Coordinator(TIMINGS)
  if (attachment) woken.restore('socket', attachment)
  expect(woken.rooms()).toEqual([{ sessionId: 'session', free: 1, queueIds: [] }])
  woken.room('socket', { type: 'room', free: 2, draining: false }, NOW)
  expect(woken.rooms()[0]?.free).toBe(2)
})

test('a handed-back run is put back by the record and its place is free again', () => {
  open()
  pool.assign('session', [assignmentOf('a')], NOW)
  const runs = [{ ...key('a'), reason: 'full' }]
  expect(pool.handBack('socket', { type: 'hand-back', runs }, NOW)).toEqual([{ do: 'hand-back', sessionId: 'session', runs }])
  expect(free()).toBe(2)
})

test('a closed socket takes its room with it, and loses nothing else', () => {
  open()
  pool.closed('socket')
  expect(pool.rooms()).toEqual([])
  expect(pool.direct('session', key('a'), { kind: 'cancel' })).toEqual([])
})

// ---- when it wakes ----

/** The judge has looked: the pool holds nothing. */
function settle() {
  open()
  pool.tick(NOW)
  pool.renewed([{ sessionId: 'session', heardAt: NOW }], NOW, new Map(), NOW)
  pool.judged({ count: 0, silentIn: null }, [], NOW)
}

test('a pool whose workers hold nothing has no alarm', () => {
  settle()
  expect(pool.nextAlarm(NOW)).toBeNull()
})

test('a pool that has just begun to live looks once for what it holds, also when its first worker holds nothing', () => {
  open()
  expect(pool.nextAlarm(NOW)).toBe(NOW)
  expect(dos(pool.tick(NOW))).toContain('judge')
})

test('while leases are held the judge looks every ten seconds', () => {
  settle()
  pool.assign('session', [assignmentOf('a')], NOW)
  expect(pool.nextAlarm(NOW + 1)).toBe(NOW + TIMINGS.judgeAlarm)
  expect(dos(pool.tick(NOW + TIMINGS.judgeAlarm))).toContain('judge')
})

test('the judge looks at the very moment a lease falls silent, and not only at its next turn', () => {
  settle()
  pool.assign('session', [assignmentOf('a')], NOW)
  pool.tick(NOW + TIMINGS.judgeAlarm)
  pool.judged({ count: 1, silentIn: 4_000 }, [], NOW + TIMINGS.judgeAlarm)
  const silentAt = NOW + TIMINGS.judgeAlarm + 4_000
  expect(pool.nextAlarm(NOW + TIMINGS.judgeAlarm)).toBe(silentAt)
  expect(dos(pool.tick(silentAt))).toContain('judge')
  // Others were heard of a moment later.
  pool.judged({ count: 9, silentIn: 300 }, [], silentAt)
  expect(pool.nextAlarm(silentAt)).toBe(silentAt + TIMINGS.judgeAgain)
})

test('a claim that was not answered brings the judge soon, whoever says hello meanwhile', () => {
  settle()
  pool.unsure(NOW + 100)
  const soon = NOW + 100 + TIMINGS.httpRenewalAfter
  expect(pool.nextAlarm(NOW + 100)).toBeLessThanOrEqual(soon)
  open({ socket: 'socket-2', hello: { sessionId: 'session-2' }, name: 'worker-2' })
  expect(dos(pool.tick(soon))).toContain('judge')
})

test('what is due while nobody has room meets the workers that are here, and the pool wakes for it', () => {
  settle()
  pool.room('socket', { type: 'room', free: 0, draining: false }, NOW)
  pool.judged({ count: 0, silentIn: null }, [], NOW)
  const due = NOW + 5_000
  pool.rung(due, NOW)
  expect(pool.nextAlarm(NOW)).toBe(due)
  expect(pool.tick(due)).toContainEqual({ do: 'meet' })
  pool.met(due + 1_000)
  expect(pool.nextAlarm(due)).toBe(due + 1_000)
  // A worker that has been silent for long may be asleep, or gone.
  expect(pool.tick(due + TIMINGS.workerOnline + 1)).not.toContainEqual({ do: 'meet' })
})

test('what was acknowledged a moment ago, too young for a judge to name, is not sent again by the next one', () => {
  settle()
  pool.assign('session', [assignmentOf('a')], NOW)
  pool.acknowledge('socket', { type: 'acknowledge', runs: [key('a')] }, NOW)
  pool.judged({ count: 1, silentIn: null }, [], NOW + 1_000)
  expect(pool.judged({ count: 1, silentIn: null }, [{ ...key('a'), sessionId: 'session' }], NOW + TIMINGS.judgeAlarm)).toEqual([])
})

test('what a session was given and has not acknowledged is sent again after the judge has looked', () => {
  settle()
  pool.assign('session', [assignmentOf('a'), assignmentOf('b')], NOW)
  pool.acknowledge('socket', { type: 'acknowledge', runs: [key('b')] }, NOW)
  const starting = [
    { ...key('a'), sessionId: 'session' },
    { ...key('b'), sessionId: 'session' },
  ]
  expect(pool.judged({ count: 2, silentIn: null }, starting, NOW + 1)).toEqual([])
  expect(pool.judged({ count: 2, silentIn: null }, starting, NOW + TIMINGS.httpRenewalAfter)).toEqual([
    { do: 'assign-again', sessionId: 'session', runs: [key('a')] },
  ])
})

test('the pool wakes for its next due run, if anybody has room then', () => {
  settle()
  const due = NOW + 5_000
  expect(pool.rung(due, NOW)).toEqual([])
  expect(pool.nextAlarm(NOW)).toBe(due)
  pool.room('socket', { type: 'room', free: 0, draining: false }, NOW)
  pool.tick(NOW + TIMINGS.renewalWrite)
  pool.judged({ count: 0, silentIn: null }, [], NOW)
  expect(pool.nextAlarm(NOW + TIMINGS.renewalWrite)).toBeNull()
  expect(dos(pool.tick(due))).not.toContain('claim')
})

test('a ring claims at once when there is room', () => {
  settle()
  expect(pool.rung(null, NOW)).toEqual([{ do: 'claim' }])
  expect(pool.rung(NOW - 1, NOW)).toEqual([{ do: 'claim' }])
})

test('a ring that found every place reserved is heard when a place is free again, once', () => {
  settle()
  pool.reserve('queue')
  pool.reserve('queue')
  expect(pool.rung(null, NOW)).toEqual([])
  expect(pool.nextAlarm(NOW)).toBeNull()
  pool.release('session')
  expect(pool.nextAlarm(NOW)).toBe(NOW)
  expect(dos(pool.tick(NOW))).toContain('claim')
  expect(pool.beginClaim()).toBe(true)
  expect(pool.nextAlarm(NOW)).toBeNull()
})

test('a claim that finds the room gone is made up for', () => {
  settle()
  expect(pool.rung(null, NOW)).toEqual([{ do: 'claim' }])
  pool.reserve('queue')
  pool.reserve('queue')
  expect(pool.beginClaim()).toBe(false)
  pool.release('session')
  expect(dos(pool.tick(NOW))).toContain('claim')
})

test('what a claim has seen needs no further alarm', () => {
  settle()
  pool.room('socket', { type: 'room', free: 0, draining: false }, NOW)
  pool.rung(null, NOW)
  expect(pool.room('socket', { type: 'room', free: 1, draining: false }, NOW)).toEqual([{ do: 'claim' }])
  pool.beginClaim()
  pool.tick(NOW + TIMINGS.renewalWrite)
  expect(pool.nextAlarm(NOW + TIMINGS.renewalWrite)).toBeNull()
})

test('a run that is rung for later while a claim is under way keeps its alarm, until a claim has seen it', () => {
  open()
  pool.beginClaim()
  pool.rung(NOW + 5_000, NOW)
  expect(pool.claimed(sight({ nextDue: null }), NOW)).toBe(NOW + 5_000)
  pool.beginClaim()
  expect(pool.claimed(sight({ nextDue: NOW + 8_000 }), NOW)).toBe(NOW + 8_000)
})

/** What a claim saw: nothing, unless told otherwise. */
const sight = (more: Partial<ClaimSight> = {}): ClaimSight => ({ nextDue: null, nothingWaits: true, cameTooLate: false, ...more })

test('a claim whose room was taken while it looked is made up for as soon as there is room again', () => {
  open({ hello: { slots: 1 } })
  pool.tick(NOW)
  pool.judged({ count: 0, silentIn: null }, [], NOW)
  expect(pool.beginClaim()).toBe(true)
  pool.reserve('queue')
  pool.claimed(sight({ nothingWaits: false, cameTooLate: true }), NOW)
  expect(dos(pool.tick(NOW + 1))).toEqual([])
  pool.release('session')
  expect(pool.nextAlarm(NOW + 2)).toBe(NOW + 2)
  expect(dos(pool.tick(NOW + 2))).toEqual(['claim'])
})

test('when nothing waits, neither more room nor a freed place is a reason to look again: until somebody rings, hands back, or some time has passed', () => {
  open()
  const moreRoom = (now: number) => dos(pool.room('socket', { type: 'room', free: 3, draining: false }, now))
  const look = (now: number, nothingWaits: boolean) => {
    pool.beginClaim()
    pool.claimed(sight({ nothingWaits }), now)
  }
  look(NOW, false)
  expect(moreRoom(NOW + 1)).toEqual(['claim'])
  look(NOW, true)
  expect(moreRoom(NOW + 1)).toEqual([])
  expect(dos(pool.freed(NOW + 1))).toEqual([])
  expect(dos(pool.rung(null, NOW + 2))).toEqual(['claim'])
  expect(moreRoom(NOW + 3)).toEqual(['claim'])
  expect(dos(pool.freed(NOW + 3))).toEqual(['claim'])
  look(NOW, true)
  pool.handBack('socket', { type: 'hand-back', runs: [{ ...key('a'), reason: 'no slot' }] }, NOW + 4)
  expect(moreRoom(NOW + 5)).toEqual(['claim'])
  // A ring while the claim was under way may tell of what the claim did not see.
  pool.beginClaim()
  pool.rung(null, NOW + 6)
  pool.claimed(sight(), NOW + 7)
  expect(moreRoom(NOW + 8)).toEqual(['claim'])
  look(NOW, true)
  expect(moreRoom(NOW + TIMINGS.judgeAlarm)).toEqual(['claim'])
  // What becomes due by its time waits from then on, whether there was room for it at that moment or not.
  look(NOW, true)
  pool.rung(NOW + 20, NOW + 10)
  expect(moreRoom(NOW + 19)).toEqual([])
  expect(dos(pool.freed(NOW + 20))).toEqual(['claim'])
  look(NOW, true)
  pool.rung(NOW + 20, NOW + 10)
  pool.tick(NOW + 20)
  expect(dos(pool.freed(NOW + 21))).toEqual(['claim'])
})

test('a run that is due while the only place is reserved is claimed when the place is released', () => {
  open({ hello: { slots: 1 } })
  pool.tick(NOW)
  pool.judged({ count: 0, silentIn: null }, [], NOW)
  pool.rung(NOW + 2_000, NOW)
  pool.reserve('queue')
  expect(dos(pool.tick(NOW + 2_000))).toEqual(['meet'])
  pool.release('session')
  expect(pool.nextAlarm(NOW + 2_100)).toBe(NOW + 2_100)
  expect(dos(pool.tick(NOW + 2_100))).toEqual(['claim'])
})

test('a socket has one session: another one on it is refused, and leaves no room behind', () => {
  open()
  const commands = pool.hello('socket', helloOf({ sessionId: 'second' }, 'other'), NOW)
  expect(find(commands, 'send')?.message).toMatchObject({ type: 'goodbye', code: 'bad_message', retry: false })
  expect(pool.rooms()).toEqual([])
})

test('hello while the first one waits for its answer asks the record nothing', () => {
  expect(dos(pool.hello('socket', helloOf(), NOW))).toEqual(['open-session'])
  expect(pool.hello('socket', helloOf(), NOW)).toEqual([])
})
