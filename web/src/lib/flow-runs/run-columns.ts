/** The columns of the run list: which there are, how wide, and which are shown in a window of a given width. State and name are always there. */

/** One column that can be chosen. */
export interface RunColumn {
  id: RunColumnId
  label: string
  /** Track of the grid. */
  width: string
  isRight?: boolean
  /** Shown when the window is wider than this many pixels. */
  above?: number
}

/** In the order in which they stand. */
const IDS = ['flow', 'deployment', 'pool', 'created', 'start', 'duration', 'attempts', 'tags', 'why'] as const
/** Names of the columns as the address has them. */
export type RunColumnId = (typeof IDS)[number]

/** Every column, in order. */
export const RUN_COLUMNS: readonly RunColumn[] = [
  { id: 'flow', label: 'Flow', width: 'minmax(0, 1fr)' },
  { id: 'deployment', label: 'Deployment', width: 'minmax(0, 0.9fr)' },
  { id: 'pool', label: 'Work pool', width: 'minmax(0, 0.8fr)' },
  { id: 'created', label: 'Created', width: '92px', isRight: true },
  { id: 'start', label: 'Start', width: '92px', isRight: true },
  { id: 'duration', label: 'Duration', width: '84px', isRight: true },
  { id: 'attempts', label: 'Attempts', width: '64px', isRight: true },
  { id: 'tags', label: 'Tags', width: 'minmax(0, 1fr)', above: 900 },
  { id: 'why', label: 'Why, or tags', width: 'minmax(0, 2fr)', above: 900 },
]

/** What is shown to who has chosen nothing. */
export const USUAL_COLUMNS: readonly RunColumnId[] = ['flow', 'deployment', 'start', 'duration', 'why']
/** A phone has two lines a run, and always the same. */
const PHONE_COLUMNS: readonly RunColumnId[] = ['flow', 'start']
/** Up to this many pixels a window is a phone's. */
export const PHONE = 640

/** Those of `ids` that exist, in their order; the usual ones when none does. */
export function knownColumns(ids: readonly string[]): readonly RunColumnId[] {
  const known = IDS.filter((id) => ids.includes(id))
  return known.length > 0 ? known : USUAL_COLUMNS
}

/** The chosen columns that a window of this width has room for. */
export const columnsAt = (chosen: readonly RunColumnId[], width: number): readonly RunColumn[] =>
  RUN_COLUMNS.filter(({ id, above = 0 }) => (width <= PHONE ? PHONE_COLUMNS : chosen).includes(id) && width > (width <= PHONE ? 0 : above))

/** `grid-template-columns` of a row: checkbox, state, name, then the columns. Above 1180 px the duration has a bar beside it. */
export const columnTracks = (columns: readonly RunColumn[], width: number): string =>
  ['36px', '140px', 'minmax(100px, 1.2fr)', ...columns.map((column) => (column.id === 'duration' && width > 1180 ? '150px' : column.width))].join(' ')
