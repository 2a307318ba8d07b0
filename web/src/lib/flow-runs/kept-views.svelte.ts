/** What this browser keeps of the run list for this workspace: views that were saved under a name, and the columns that were chosen last. */
import { knownColumns, type RunColumnId, USUAL_COLUMNS } from './run-columns.ts'

/** An address under a name. */
export interface SavedView {
  label: string
  /** As written by `writeRunListAddress`. */
  search: string
}

interface Kept {
  views: SavedView[]
  columns: readonly RunColumnId[]
}

/** Letters that a name of a view may have. */
export const LONGEST_LABEL = 40

/** Kept in localStorage under the workspace's uuid; other tabs follow. */
export class KeptViews {
  #kept = $state.raw<Kept>({ views: [], columns: USUAL_COLUMNS })
  readonly #key: string

  constructor(workspaceUuid: string) {
    this.#key = `weir-runs-${workspaceUuid}`
    this.#read()
  }

  get views(): readonly SavedView[] {
    return this.#kept.views
  }

  get columns(): readonly RunColumnId[] {
    return this.#kept.columns
  }

  /** Follows what other tabs save; the answer stops it. */
  follow(): () => void {
    const onstorage = ({ key }: StorageEvent) => {
      if (key === this.#key) this.#read()
    }
    addEventListener('storage', onstorage)
    return () => removeEventListener('storage', onstorage)
  }

  /** A view of the same name is replaced. */
  save(label: string, search: string): void {
    this.#write({ ...this.#kept, views: [...this.#kept.views.filter((view) => view.label !== label), { label, search }] })
  }

  /** Forgets the view of that name. */
  remove(label: string): void {
    this.#write({ ...this.#kept, views: this.#kept.views.filter((view) => view.label !== label) })
  }

  /** For lists whose address names no columns. */
  chooseColumns(columns: readonly RunColumnId[]): void {
    this.#write({ ...this.#kept, columns })
  }

  #read(): void {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? '{}') as { views?: unknown; columns?: unknown }
      const strings = (list: unknown) => (Array.isArray(list) ? list.filter((value) => typeof value === 'string') : [])
      const views = (Array.isArray(kept.views) ? (kept.views as Partial<SavedView>[]) : []).filter(
        (view): view is SavedView => typeof view?.label === 'string' && typeof view.search === 'string',
      )
      this.#kept = { views, columns: knownColumns(strings(kept.columns)) }
    } catch {
      // Whatever else stands there is not ours: as if nothing were kept.
    }
  }

  #write(kept: Kept): void {
    this.#kept = kept
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept))
    } catch {
      // A browser that keeps nothing still has them until it is closed.
    }
  }
}
