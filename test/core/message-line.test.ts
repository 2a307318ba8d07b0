import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IncomingLine, OutgoingLine } from '../../core/message-line.ts'

test('what is said arrives once and in order, however requests and answers are lost, doubled or overtaken', () => {
  const step = fc.oneof(
    fc.constant({ do: 'say' as const }),
    fc.record({ do: fc.constant('send' as const) }),
    fc.record({ do: fc.constant('arrive' as const), which: fc.nat(), stays: fc.boolean() }),
    fc.record({ do: fc.constant('hear' as const), which: fc.nat(), stays: fc.boolean() }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const out = new OutgoingLine<number>()
      const back = new IncomingLine<number>()
      const requests: { first: number; messages: number[] }[] = []
      const answers: number[] = []
      const arrived: number[] = []
      let said = 0
      const arrive = ({ first, messages }: { first: number; messages: number[] }) => {
        arrived.push(...back.take(first, messages))
        answers.push(back.heard)
      }
      for (const one of steps) {
        if (one.do === 'say') expect(out.say(++said, 10)).toBe(said)
        if (one.do === 'send') requests.push(out.next(35))
        if (one.do === 'arrive' && requests.length > 0) {
          const at = one.which % requests.length
          arrive(one.stays ? (requests[at] as never) : (requests.splice(at, 1)[0] as never))
        }
        if (one.do === 'hear' && answers.length > 0) {
          const at = one.which % answers.length
          out.heardUpTo(one.stays ? (answers[at] as number) : (answers.splice(at, 1)[0] as number))
        }
        expect(out.waitingText).toBe(out.waiting * 10)
      }
      while (out.waiting > 0) {
        arrive(out.next(35))
        out.heardUpTo(back.heard)
      }
      expect(arrived).toEqual(Array.from({ length: said }, (_, index) => index + 1))
    }),
  )
})

test('one message that is longer than a request may be goes alone', () => {
  const line = new OutgoingLine<string>()
  line.say('long', 1_000)
  line.say('short', 5)
  expect(line.next(100)).toEqual({ first: 1, messages: ['long'] })
  line.heardUpTo(1)
  expect(line.next(100)).toEqual({ first: 2, messages: ['short'] })
})

test('nobody can make it forget what was never said', () => {
  const line = new OutgoingLine<string>()
  line.say('one', 3)
  line.heardUpTo(Number.NaN)
  expect(line.waiting).toBe(1)
  line.heardUpTo(1_000)
  line.say('two', 3)
  expect(line.next(100)).toEqual({ first: 2, messages: ['two'] })
})
