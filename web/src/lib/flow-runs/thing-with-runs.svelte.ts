/** Something that runs, as its page shows it: itself, and its newest runs, both live. */
import type { FlowRunFilter } from '#lib/graphql/generated/graphql.ts'
import { watchChanges } from '#lib/live/watch-changes.ts'
import { ThingView } from '#lib/shell/thing-view.svelte.ts'
import { RunList } from './run-list.svelte.ts'

/** A flow or a deployment with its runs. */
export class ThingWithRuns<Thing> extends ThingView<Thing> {
  readonly runs = new RunList()
  readonly #filter: (thing: Thing) => FlowRunFilter

  /** `ask` reads the thing; `filter` says which runs are its. */
  constructor({ ask, filter }: { ask: () => Promise<Thing | null>; filter: (thing: Thing) => FlowRunFilter }) {
    super({ ask, watch: (read) => watchChanges(['DEPLOYMENTS'], read) })
    this.#filter = filter
  }

  protected override arrived(thing: Thing): void {
    this.runs.open(this.#filter(thing))
  }

  protected override closed(): void {
    this.runs.close()
  }
}
