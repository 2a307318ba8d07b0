/** The cases of prefect/pause_cases.py, by the same names. A function is the person who answers. */
import { z } from 'zod'
import { InputTimeout, pause, suspend, task } from '../../sdk/index.ts'
import { boom, child, one, type SeenCase, seeFlow, seeHooks, unsteady } from './see-flow.ts'

const Decision = z.object({ approved: z.boolean() })
/** Goes on, whatever is asked. */
const goOn = () => null
const nobody = () => undefined

/** Gives these answers, one after the other. */
function inTurn(...answers: unknown[]): () => unknown {
  let asked = 0
  return () => answers[asked++]
}

export const pauseCases: Record<string, () => Promise<SeenCase>> = {
  'pause-is-resumed': () => seeHooks(() => pause(), {}, null, goOn),
  'pause-gets-answer': () =>
    seeFlow(
      async () => {
        if (!(await pause({ input: Decision })).approved) boom()
      },
      {},
      { answer: () => ({ approved: true }) },
    ),
  'pause-gets-misfit': () =>
    seeFlow(async () => void (await pause({ input: Decision })), {}, { answer: inTurn({ approved: 'boom' }, { approved: true }) }),
  'pauses-twice': () =>
    seeFlow(
      async () => {
        await pause()
        await pause()
      },
      {},
      { answer: goOn },
    ),
  'pause-comes-to-its-deadline': () => seeFlow(() => pause({ timeout: '20ms' }), {}, { answer: nobody }),
  'pause-deadline-is-caught': () =>
    seeFlow(
      async () => {
        try {
          await pause({ timeout: '20ms' })
        } catch (error) {
          if (!(error instanceof InputTimeout)) throw error
        }
        return 1
      },
      {},
      { answer: nobody },
    ),
  'pause-in-each-attempt': () => {
    const body = unsteady(1)
    return seeFlow(
      async () => {
        await pause()
        body()
      },
      { retries: 1 },
      { answer: goOn },
    )
  },
  'pause-then-throws': () =>
    seeFlow(
      async () => {
        await pause()
        boom()
      },
      {},
      { answer: goOn },
    ),
  'flow-times-out-while-paused': () => seeFlow(() => pause(), { timeout: '50ms' }, { answer: nobody }),
  'pause-between-tasks': () =>
    seeFlow(
      async () => {
        await one()
        await pause()
        await one()
      },
      {},
      { answer: goOn },
    ),
  'subflow-pauses': () => seeFlow(async () => void (await child(() => pause())()), {}, { answer: goOn }),
  'task-pauses': () => seeFlow(async () => await task({ name: 'a' }, () => pause())(), {}, { answer: goOn }),
  'suspended-without-deployment': () => seeFlow(() => suspend(), {}, { answer: goOn }),
}
