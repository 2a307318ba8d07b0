import { untrack } from 'svelte'

/**
 * Every key of the workspace, in one list: pages add theirs while they are shown, `?` prints them, the palette offers those with a `run`.
 * Keys are written as pressed: `j`, `?`, `Escape`, `g r` (one after the other).
 */
interface KeyBinding {
  keys: string
  label: string
  group: string
  run: () => void
  /** Not while it would do nothing. */
  when?: () => boolean
  /** Also offered in the palette. */
  palette?: boolean
}

// Not a reactive list itself: effects remove their keys when they end, and what an effect's end reads of reactive state is what that was before.
let bindings: readonly KeyBinding[] = []
let shown = $state.raw(bindings)

/** All keys that do something now. Reactive. */
export const allBindings = (): readonly KeyBinding[] => shown

/** Adds keys; the answer removes them. Later ones win over earlier ones. */
export function bindKeys(added: KeyBinding[]): () => void {
  const set = (next: readonly KeyBinding[]) => untrack(() => (shown = bindings = next))
  set([...bindings, ...added])
  return () => void set(bindings.filter((binding) => !added.includes(binding)))
}

let prefix = ''
let prefixTimer: ReturnType<typeof setTimeout> | undefined

/** The page's one key handler. Keys typed into fields, or while a dialog is open, are left alone. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const target = event.target as HTMLElement | null
  if (target?.closest('input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]')) return
  const pressed = prefix ? `${prefix} ${event.key}` : event.key
  clearTimeout(prefixTimer)
  prefix = ''
  const found = bindings.findLast((binding) => binding.keys === pressed && (binding.when?.() ?? true))
  if (found) {
    event.preventDefault()
    found.run()
  } else if (bindings.some(({ keys }) => keys.startsWith(`${pressed} `))) {
    prefix = pressed
    prefixTimer = setTimeout(() => (prefix = ''), 1_200)
  }
}
