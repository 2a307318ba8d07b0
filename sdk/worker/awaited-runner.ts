/**
 * A runner that is not there yet. It stands for the process that a run is going to get, keeps what is said to it until that has come, and may be given up
 * before.
 */
import type { LifelineMessage, MessageToRunner } from '../runner/ipc.ts'
import type { CapturedOutput } from './captured-output.ts'
import type { RunnerProcess } from './runner-process.ts'

export class AwaitedRunner implements RunnerProcess {
  readonly #onGivenUp: (signal: NodeJS.Signals) => void
  #process: RunnerProcess | null = null
  #isGivenUp = false
  /** What was said so far, in its order. */
  readonly #said: ((process: RunnerProcess) => void)[] = []
  readonly #noOutput: CapturedOutput = {
    take: () => [],
    waits: () => 'nothing',
    letGo: (on) => this.#say(({ output }) => output.letGo(on)),
    hide: (values) => this.#say(({ output }) => output.hide(values)),
    reset: () => this.#say(({ output }) => output.reset()),
    stderrTail: () => '',
  }

  /** `onGivenUp` is called when it is to be ended and nothing has come: then nothing will. */
  constructor(onGivenUp: (signal: NodeJS.Signals) => void) {
    this.#onGivenUp = onGivenUp
  }

  /** Here it is. What was said meanwhile is said to it now. */
  arrive(process: RunnerProcess): void {
    this.#process = process
    for (const say of this.#said.splice(0)) say(process)
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get output(): CapturedOutput {
    return this.#process?.output ?? this.#noOutput
  }

  get bootTime(): number | null {
    return this.#process?.bootTime ?? null
  }

  send(message: MessageToRunner, sent?: () => void): void {
    this.#say((process) => process.send(message, sent))
  }

  renew(line: LifelineMessage): void {
    this.#say((process) => process.renew(line))
  }

  stop(grace: number): void {
    if (this.#process) this.#process.stop(grace)
    else this.#giveUp('SIGTERM')
  }

  kill(): void {
    if (this.#process) this.#process.kill()
    else this.#giveUp('SIGKILL')
  }

  #say(say: (process: RunnerProcess) => void): void {
    if (this.#process) say(this.#process)
    else if (!this.#isGivenUp) this.#said.push(say)
  }

  #giveUp(signal: NodeJS.Signals): void {
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    this.#said.length = 0
    this.#onGivenUp(signal)
  }
}
